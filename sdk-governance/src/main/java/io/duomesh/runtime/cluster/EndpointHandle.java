package io.duomesh.runtime.cluster;

import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.governance.lb.Candidate;
import io.duomesh.traffic.Endpoint;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.TransportFactory;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint of a cluster: what its source says of it, its calls, its connection, and who waits
 * for that. It outlives changes of weight, health and neighbours; its state belongs to the address.
 * For any thread; no lock.
 */
public final class EndpointHandle implements Candidate {
  private final AddressConnection connection;
  private final AtomicInteger active = new AtomicInteger();
  private final ConcurrentLinkedQueue<Runnable> connecting = new ConcurrentLinkedQueue<>();
  private volatile Endpoint endpoint;
  private volatile @Nullable Runnable onWarm;

  EndpointHandle(
      Endpoint endpoint,
      TransportFactory factory,
      ConnectSpec spec,
      ScheduledExecutorService scheduler) {
    this.endpoint = endpoint;
    this.connection = new AddressConnection(factory, spec, scheduler, this::settled);
  }

  /** What the source says of it now. */
  Endpoint endpoint() {
    return endpoint;
  }

  void update(Endpoint newer) {
    endpoint = newer;
  }

  /** {@code host:port}. */
  public String address() {
    return connection.address();
  }

  // ---- its calls

  @Override
  public int active() {
    return active.get();
  }

  /** A call was given to its connection. */
  public void callStarted() {
    active.incrementAndGet();
  }

  /** A call that was given to its connection has ended. */
  public void callEnded() {
    active.decrementAndGet();
  }

  // ---- its connection

  /**
   * A connection that takes streams, connecting if need be; null where connecting failed just now
   * or the endpoint is retired, see {@link #unavailable}.
   */
  public @Nullable ClientTransport connection() {
    return connection.get();
  }

  /**
   * Whether a call had better go elsewhere: removed, connecting failed a moment ago, or the server
   * was there, has said goodbye or vanished, and is not back.
   */
  boolean isUnusable() {
    return connection.isUnusable();
  }

  boolean isRetired() {
    return connection.isRetired();
  }

  boolean isReady() {
    return connection.isReady();
  }

  /** Why {@link #connection} gave nothing. */
  public Status unavailable() {
    String failure = connection.lastFailure();
    return Status.transport(
            Status.Code.UNAVAILABLE,
            isRetired()
                ? address() + " was removed from its cluster"
                : failure.isEmpty() ? "no connection to " + address() : failure)
        .withFlag(ResponseFlag.UF)
        .withUnprocessed(true);
  }

  /** The cluster no longer has it: no new calls, those in flight finish. */
  void retire() {
    connection.retire();
  }

  /** The runtime ends: whatever is in flight ends with it. */
  void close() {
    connection.close();
  }

  // ---- who waits for it

  /** Runs a task once the connection that is being made stands, or cannot be made. */
  public void onceConnected(Runnable task) {
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

  /** Starts to connect before any call comes; {@code warmed} runs once it stands or has failed. */
  void warm(Runnable warmed) {
    onWarm = warmed;
    if (connection.get() == null || isReady()) {
      settled();
    }
  }

  private void settled() {
    connected();
    Runnable waiting = onWarm;
    onWarm = null;
    if (waiting != null) {
      waiting.run();
    }
  }

  /** {@code idle}, {@code connecting}, {@code ready}, {@code draining} or {@code failed}. */
  String connectionState() {
    return connection.state();
  }

  @Override
  public String toString() {
    return address() + " (" + connectionState() + ")";
  }
}
