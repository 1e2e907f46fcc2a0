package io.duomesh.runtime.client;

import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.governance.lb.Candidate;
import io.duomesh.traffic.Endpoint;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.TransportFactory;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint of a cluster and its connection. It outlives changes of weight, health and
 * neighbours; its state belongs to the address.
 *
 * <p>Connects when first used (or warmed) and again whenever the connection is lost, with back-off,
 * until it is retired. All state is in atomics: calls never wait for each other here.
 */
@SuppressWarnings("ReferenceEquality") // connections are known by identity
final class EndpointHandle implements Candidate {
  private final TransportFactory factory;
  private final ConnectSpec spec;
  private final ScheduledExecutorService scheduler;
  private final AtomicReference<@Nullable ClientTransport> connection = new AtomicReference<>();
  private final AtomicInteger active = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private volatile Endpoint endpoint;
  private volatile long notBefore;
  private volatile String lastFailure = "";
  private volatile boolean retired;

  /** Whether a connection ever stood. */
  private volatile boolean known;

  private volatile @Nullable Runnable onSettled;
  private final ConcurrentLinkedQueue<Runnable> connecting = new ConcurrentLinkedQueue<>();

  EndpointHandle(
      Endpoint endpoint,
      TransportFactory factory,
      ConnectSpec spec,
      ScheduledExecutorService scheduler) {
    this.endpoint = endpoint;
    this.factory = factory;
    this.spec = spec;
    this.scheduler = scheduler;
  }

  /** What the source says of it now. */
  Endpoint endpoint() {
    return endpoint;
  }

  void update(Endpoint newer) {
    endpoint = newer;
  }

  String address() {
    return spec.address();
  }

  @Override
  public int active() {
    return active.get();
  }

  void callStarted() {
    active.incrementAndGet();
  }

  void callEnded() {
    active.decrementAndGet();
  }

  /**
   * A connection that takes streams, connecting if need be; null where connecting failed a moment
   * ago or the endpoint is retired, see {@link #unavailable}.
   */
  @Nullable ClientTransport connection() {
    ClientTransport current = connection.get();
    return current != null && current.acceptsStreams() ? current : connect();
  }

  /**
   * Whether a call had better go elsewhere: removed, connecting failed a moment ago, or the server
   * was there, has said goodbye or vanished, and is not back.
   */
  boolean isUnusable() {
    ClientTransport current = connection.get();
    if (retired) {
      return true;
    }
    return current != null && current.acceptsStreams()
        ? known && !current.isReady()
        : known || backingOff();
  }

  boolean isRetired() {
    return retired;
  }

  boolean isReady() {
    ClientTransport current = connection.get();
    return current != null && current.isReady();
  }

  private boolean backingOff() {
    return failures.get() > 0 && System.nanoTime() - notBefore < 0;
  }

  private @Nullable ClientTransport connect() {
    while (!retired) {
      ClientTransport current = connection.get();
      if (current != null && current.acceptsStreams()) {
        return current;
      }
      if (backingOff()) {
        return null;
      }
      Events events = new Events();
      ClientTransport fresh = factory.connect(spec, events);
      events.transport = fresh;
      if (connection.compareAndSet(current, fresh)) {
        if (retired) {
          fresh.drain();
        }
        return fresh;
      }
      events.superseded = true;
      fresh.close();
    }
    return null;
  }

  /** Runs a task once the connection that is being made stands, or cannot be made. */
  void onceConnected(Runnable task) {
    connecting.add(task);
    if (isReady()) {
      connected();
    }
  }

  private void connected() {
    for (Runnable task = connecting.poll(); task != null; task = connecting.poll()) {
      task.run();
    }
  }

  /** Starts to connect before any call comes; {@code settled} runs once it stands or has failed. */
  void warm(Runnable settled) {
    onSettled = settled;
    if (connect() == null || isReady()) {
      settled();
    }
  }

  private void settled() {
    connected();
    Runnable waiting = onSettled;
    onSettled = null;
    if (waiting != null) {
      waiting.run();
    }
  }

  /** Why {@link #connection} gave nothing. */
  Status unavailable() {
    return Status.transport(
            Status.Code.UNAVAILABLE,
            retired
                ? address() + " was removed from its cluster"
                : lastFailure.isEmpty() ? "no connection to " + address() : lastFailure)
        .withFlag(ResponseFlag.UF)
        .withUnprocessed(true);
  }

  /** The cluster no longer has it: no new calls, those in flight finish. */
  void retire() {
    retired = true;
    ClientTransport current = connection.get();
    if (current != null) {
      current.drain();
    }
  }

  /** The runtime ends: whatever is in flight ends with it. */
  void close() {
    retired = true;
    ClientTransport current = connection.getAndSet(null);
    if (current != null) {
      current.close();
    }
  }

  /** {@code idle}, {@code connecting}, {@code ready}, {@code draining} or {@code failed}. */
  String connectionState() {
    ClientTransport current = connection.get();
    if (retired) {
      return "draining";
    }
    if (current != null && current.isReady()) {
      return current.acceptsStreams() ? "ready" : "draining";
    }
    if (current != null && current.acceptsStreams()) {
      return "connecting";
    }
    return failures.get() > 0 ? "failed" : "idle";
  }

  @Override
  public String toString() {
    return address() + " (" + connectionState() + ")";
  }

  /** Follows one connection; called on its event loop. */
  private final class Events implements ClientTransport.Listener {
    private volatile @Nullable ClientTransport transport;
    private volatile boolean superseded;

    @Override
    public void onReady() {
      failures.set(0);
      known = true;
      settled();
    }

    @Override
    public void onDraining() {
      replace();
    }

    @Override
    public void onClosed(String reason, boolean wasReady) {
      if (superseded) {
        return;
      }
      if (wasReady) {
        replace();
        return;
      }
      lastFailure = reason;
      long wait = BackOff.nanos(failures.incrementAndGet());
      notBefore = System.nanoTime() + wait;
      settled();
      again(wait);
    }

    /** Connects anew unless that was done already. */
    private void replace() {
      ClientTransport mine = transport;
      ClientTransport current = connection.get();
      if (mine == null || current == mine) {
        again(0);
      }
    }

    private void again(long waitNanos) {
      if (retired) {
        return;
      }
      try {
        scheduler.schedule(
            (Runnable) EndpointHandle.this::connect, waitNanos, TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException e) {
        retired = true; // the runtime has ended
      }
    }
  }
}
