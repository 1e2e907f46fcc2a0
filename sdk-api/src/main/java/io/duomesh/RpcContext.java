package io.duomesh;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The call that is being served on this thread: its metadata, peer and deadline, and the response
 * metadata that it takes. Calls made while it is current inherit its deadline.
 *
 * <p>Current while a service method runs, on its thread only; {@link #wrap} carries it to another.
 */
public final class RpcContext {
  private static final ThreadLocal<@Nullable RpcContext> CURRENT = new ThreadLocal<>();

  private final ServerCall call;
  private volatile Metadata responseMetadata = Metadata.EMPTY;

  private RpcContext(ServerCall call) {
    this.call = call;
  }

  /** The context of a call that is served; for server runtimes and tests. */
  public static RpcContext of(ServerCall call) {
    return new RpcContext(call);
  }

  /**
   * The context of the call being served on this thread.
   *
   * @throws IllegalStateException if none is; {@link #currentOrNull} answers null instead
   */
  public static RpcContext current() {
    RpcContext context = CURRENT.get();
    if (context == null) {
      throw new IllegalStateException(
          "RpcContext.current() outside a service method: no call is served on thread "
              + Thread.currentThread().getName()
              + "; carry the context over with RpcContext.wrap(Runnable)");
    }
    return context;
  }

  /** The context of the call being served on this thread, or null. */
  public static @Nullable RpcContext currentOrNull() {
    return CURRENT.get();
  }

  /** What is called. */
  public MethodDescriptor method() {
    return call.method();
  }

  /** Headers of the request. */
  public Metadata requestMetadata() {
    return call.metadata();
  }

  /** Address of the peer of the connection; null in process. */
  public @Nullable SocketAddress peer() {
    return call.peer();
  }

  /** Calls to who made this one, see {@link ServerCall#caller}; null where there are none. */
  public @Nullable Channel caller() {
    return call.caller();
  }

  /** What the call came over: {@code bolt}, {@code triple}, {@code inproc}. */
  public String protocol() {
    return call.protocol();
  }

  /** When the caller stops waiting, or the service's own limit is up, whichever comes first. */
  public Deadline deadline() {
    return call.deadline();
  }

  /** Whether the caller has cancelled or gone away. */
  public boolean isCancelled() {
    return call.isCancelled();
  }

  /** Adds an entry to what goes back with the response. */
  public void addResponseMetadata(String name, String value) {
    responseMetadata = responseMetadata.with(name, value);
  }

  /** What goes back with the response so far. */
  public Metadata responseMetadata() {
    return responseMetadata;
  }

  /** Runs a task with this context current, then restores the one before. */
  public void run(Runnable task) {
    RpcContext before = CURRENT.get();
    CURRENT.set(this);
    try {
      task.run();
    } finally {
      CURRENT.set(before); // null as well: to remove it would make a new entry for every call
    }
  }

  /** A task that runs with this context current, on whatever thread runs it. */
  public Runnable wrap(Runnable task) {
    return () -> run(task);
  }
}
