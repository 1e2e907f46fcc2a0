package io.duomesh.transport.inproc;

import io.duomesh.transport.ServerTransport;
import io.duomesh.transport.Transports;
import io.duomesh.transport.netty.EventLoops;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server that clients of the same process reach by name. Safe for use by many threads. */
public final class InprocServer implements ServerTransport {
  /** A process has one space of names, as it has one of ports. */
  private static final ConcurrentHashMap<String, InprocServer> SERVERS = new ConcurrentHashMap<>();

  private final Transports transports;
  private final String name;
  private final Listener listener;
  private final Set<InprocConnection> connections = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private volatile boolean closing;

  private InprocServer(Transports transports, String name, Listener listener) {
    this.transports = transports;
    this.name = name;
    this.listener = listener;
  }

  /**
   * Opens a server.
   *
   * @throws IllegalStateException if the name is taken
   */
  public static ServerTransport bind(
      Transports transports, String name, ServerTransport.Listener listener) {
    InprocServer server = new InprocServer(transports, name, listener);
    if (SERVERS.putIfAbsent(name, server) != null) {
      throw new IllegalStateException("in-process server " + name + " exists already");
    }
    return server;
  }

  /** The server of a name that takes connections, or null. */
  static @Nullable InprocServer named(String name) {
    return SERVERS.get(name);
  }

  Listener listener() {
    return listener;
  }

  /** Adds a connection; false if the server has closed. */
  boolean add(InprocConnection connection) {
    connections.add(connection);
    if (closing) {
      remove(connection);
      return false;
    }
    return true;
  }

  void remove(InprocConnection connection) {
    connections.remove(connection);
    completeIfDrained();
  }

  private void completeIfDrained() {
    if (closing && connections.isEmpty()) {
      drained.complete(null);
    }
  }

  @Override
  public int port() {
    return 0;
  }

  @Override
  public CompletionStage<Void> drain(Duration timeout) {
    if (stopTaking()) {
      connections.forEach(InprocConnection::drain);
      var limit =
          EventLoops.of(transports)
              .group()
              .schedule(
                  () -> connections.forEach(InprocConnection::lose),
                  timeout.toMillis(),
                  TimeUnit.MILLISECONDS);
      drained.thenRun(() -> limit.cancel(false));
      completeIfDrained();
    }
    return drained;
  }

  @Override
  public void close() {
    stopTaking();
    connections.forEach(InprocConnection::lose);
    completeIfDrained();
  }

  private boolean stopTaking() {
    boolean first = !closing;
    closing = true;
    SERVERS.remove(name, this);
    return first;
  }
}
