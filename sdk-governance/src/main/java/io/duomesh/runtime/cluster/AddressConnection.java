package io.duomesh.runtime.cluster;

import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.TransportFactory;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The connection to an address: made when first asked for, and again whenever it is lost, with
 * back-off, until it is retired. Who asks for it does not wait for the back-off: that is for when
 * nobody asks. All state is in atomics: calls never wait for each other here.
 */
@SuppressWarnings("ReferenceEquality") // connections are known by identity
final class AddressConnection {
  /** How long what was found out a moment ago is believed: calls do not connect more often. */
  private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /**
   * A connection that is lost sooner than this counts as a failed one: Bolt has no handshake that
   * would tell a server from a port that takes connections only to drop them.
   */
  private static final long SHORT_LIFE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final TransportFactory factory;
  private final ConnectSpec spec;
  private final ScheduledExecutorService scheduler;

  /** Told when a connection stands or could not be made; on the thread that found out. */
  private final Runnable onSettled;

  private final AtomicReference<@Nullable ClientTransport> connection = new AtomicReference<>();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicBoolean again = new AtomicBoolean();
  private volatile long failedAt;
  private volatile long notBefore;
  private volatile String lastFailure = "";
  private volatile boolean retired;

  /** Whether a connection ever stood. */
  private volatile boolean known;

  AddressConnection(
      TransportFactory factory,
      ConnectSpec spec,
      ScheduledExecutorService scheduler,
      Runnable onSettled) {
    this.factory = factory;
    this.spec = spec;
    this.scheduler = scheduler;
    this.onSettled = onSettled;
  }

  String address() {
    return spec.address();
  }

  /** The last reason why it could not be made; empty where there is none. */
  String lastFailure() {
    return lastFailure;
  }

  /** A connection that takes streams, connecting if need be; null where that cannot be now. */
  @Nullable ClientTransport get() {
    ClientTransport current = connection.get();
    return current != null && current.acceptsStreams() ? current : connect(true);
  }

  /** Whether a stream had better go elsewhere, see {@link EndpointHandle#isUnusable}. */
  boolean isUnusable() {
    ClientTransport current = connection.get();
    if (retired) {
      return true;
    }
    return current != null && current.acceptsStreams()
        ? known && !current.isReady()
        : known || backingOff();
  }

  boolean isReady() {
    ClientTransport current = connection.get();
    return current != null && current.isReady();
  }

  boolean isRetired() {
    return retired;
  }

  private boolean backingOff() {
    return failures.get() > 0 && System.nanoTime() - notBefore < 0;
  }

  private boolean failedJustNow() {
    return failures.get() > 0 && System.nanoTime() - failedAt < MOMENT_NANOS;
  }

  private @Nullable ClientTransport connect(boolean asked) {
    while (!retired) {
      ClientTransport current = connection.get();
      if (current != null && current.acceptsStreams()) {
        return current;
      }
      if (asked ? failedJustNow() : backingOff()) {
        return null;
      }
      Events events = new Events();
      ClientTransport fresh;
      try {
        fresh = factory.connect(spec, events);
      } catch (RuntimeException e) { // a certificate that cannot be read, a host that is none
        String why = e instanceof IllegalArgumentException ? e.getMessage() : e.toString();
        failed("no connection to " + address() + ": " + why);
        return null;
      }
      if (connection.compareAndSet(current, fresh)) {
        events.transport = fresh; // not before: what is closed already would be nobody's
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

  private void failed(String reason) {
    lastFailure = reason;
    long wait = BackOff.nanos(failures.get() + 1);
    long now = System.nanoTime();
    failedAt = now;
    notBefore = now + wait;
    failures.incrementAndGet();
    onSettled.run();
    connectIn(wait);
  }

  /** Connects after a while, though nobody asks; one such task at a time. */
  private void connectIn(long waitNanos) {
    if (retired || !again.compareAndSet(false, true)) {
      return;
    }
    try {
      scheduler.schedule(this::connectUnasked, waitNanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      retired = true; // the runtime has ended
    }
  }

  private void connectUnasked() {
    again.set(false);
    if (backingOff()) {
      connectIn(notBefore - System.nanoTime()); // one that was asked for has failed meanwhile
    } else {
      connect(false);
    }
  }

  /** No new streams, those in flight finish. */
  void retire() {
    retired = true;
    ClientTransport current = connection.get();
    if (current != null) {
      current.drain();
    }
  }

  /** Whatever is in flight ends with it. */
  void close() {
    retired = true;
    ClientTransport current = connection.getAndSet(null);
    if (current != null) {
      current.close();
    }
  }

  /** {@code idle}, {@code connecting}, {@code ready}, {@code draining} or {@code failed}. */
  String state() {
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

  /** Follows one connection; called on its event loop. */
  private final class Events implements ClientTransport.Listener {
    private volatile @Nullable ClientTransport transport;
    private volatile boolean superseded;
    private long readyAt;

    @Override
    public void onReady() {
      readyAt = System.nanoTime();
      known = true;
      onSettled.run();
    }

    @Override
    public void onDraining() {
      replace(); // whoever says so is a server
    }

    @Override
    public void onClosed(String reason, boolean wasReady) {
      if (superseded) {
        return;
      }
      if (wasReady && System.nanoTime() - readyAt >= SHORT_LIFE_NANOS) {
        replace();
      } else if (!wasReady || isCurrent()) {
        failed(reason);
      }
    }

    /** Connects anew unless that was done already. */
    private void replace() {
      if (isCurrent()) {
        failures.set(0);
        connectIn(0);
      }
    }

    private boolean isCurrent() {
      ClientTransport mine = transport;
      return mine == null || connection.get() == mine;
    }
  }
}
