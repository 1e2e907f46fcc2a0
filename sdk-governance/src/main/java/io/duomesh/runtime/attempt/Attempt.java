package io.duomesh.runtime.attempt;

import io.duomesh.Metadata;
import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.governance.retry.ClusterLoad;
import io.duomesh.runtime.cluster.EndpointHandle;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.Outcome;
import io.duomesh.transport.Payload;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/** One try of a call on one endpoint. Tells its call once how it ended. */
final class Attempt implements ClientStream.Listener {
  /** How often an endpoint that has just gone away is picked anew, without that being a retry. */
  static final int MOST_PICKS = 3;

  private static final AtomicIntegerFieldUpdater<Attempt> OVER =
      AtomicIntegerFieldUpdater.newUpdater(Attempt.class, "over");

  private final AttemptCall call;
  private int picks;

  @SuppressWarnings("UnusedVariable") // read by OVER
  private volatile int over;

  private volatile @Nullable ClientStream stream;
  private @Nullable EndpointHandle endpoint; // picked last
  private boolean counted; // by the endpoint: it took the call
  private @Nullable ClientTransport connection;
  private @Nullable Payload payload;
  private volatile @Nullable PendingSlot pending;

  Attempt(AttemptCall call) {
    this.call = call;
  }

  /** Picks and sends, on the calling thread. Whatever is thrown on the way is its outcome. */
  void begin() {
    try {
      pickAndSend();
    } catch (RuntimeException | Error e) { // a balancer's, or a value too deep to be written
      ClientStream opened = stream;
      end(
          Outcome.of(
              Status.local(Status.Code.INTERNAL, "cannot be sent: " + e)
                  .withUnprocessed(false) // trying again would end alike
                  .withCause(e)));
      if (opened != null) {
        opened.cancel("cannot be sent");
      }
    }
  }

  private void pickAndSend() {
    EndpointHandle chosen = null;
    while (picks++ < MOST_PICKS) {
      chosen = call.pick();
      endpoint = chosen;
      ClientTransport transport = chosen == null ? null : chosen.connection();
      if (chosen != null && transport != null) {
        if (!transport.isReady() && !waits(chosen)) {
          return;
        }
        counted = true;
        chosen.callStarted();
        connection = transport;
        ClientStream opened = transport.newStream(call.plan().perTry(call.invocation()), this);
        stream = opened;
        opened.send(call.request());
        String cancelled = call.cancelled();
        if (cancelled != null) {
          opened.cancel(cancelled); // the one who cancelled may not have seen this stream
        }
        return;
      }
    }
    end(Outcome.of(chosen == null ? call.plan().cluster().noEndpoint() : chosen.unavailable()));
  }

  /** Takes a place among the calls that wait for a connection; none is free: the attempt ends. */
  private boolean waits(EndpointHandle chosen) {
    RoutePlan plan = call.plan();
    ClusterLoad load = plan.cluster().load();
    Status full = load.admitPending(plan.highPriority());
    if (full != null) {
      end(Outcome.of(full));
      return false;
    }
    PendingSlot slot = new PendingSlot(load, plan.highPriority());
    pending = slot;
    chosen.onceConnected(slot);
    return true;
  }

  private void waitsNoMore() {
    PendingSlot slot = pending;
    if (slot != null) {
      slot.run();
    }
  }

  void cancel(@Nullable String reason) {
    ClientStream opened = stream;
    if (opened != null) {
      opened.cancel(reason);
    }
  }

  @Override
  public void onHeaders(Metadata received) {
    call.headers(received);
  }

  @Override
  public void onMessage(Payload received) {
    if (payload != null) {
      received.discard(); // one response is what the method has
      return;
    }
    payload = received;
  }

  @Override
  public void onClose(Outcome outcome) {
    if (call.cancelled() == null && wentAway(outcome.status(), connection) && picks < MOST_PICKS) {
      left();
      waitsNoMore();
      begin();
      return;
    }
    end(outcome);
  }

  /**
   * Whether the connection began to drain before the request was taken: then nobody has seen it.
   */
  static boolean wentAway(Status status, @Nullable ClientTransport used) {
    return status.code() == Status.Code.UNAVAILABLE
        && status.unprocessed()
        && status.flag() != ResponseFlag.UF
        && status.flag() != ResponseFlag.UO
        && used != null
        && !used.acceptsStreams();
  }

  private void end(Outcome outcome) {
    if (!OVER.compareAndSet(this, 0, 1)) {
      return; // it ended by what was thrown, and its stream says so now
    }
    waitsNoMore();
    Outcome located =
        FailurePlace.add(outcome, call.invocation(), call.plan(), endpoint, call.retries());
    call.attemptEnded(located, payload, left());
  }

  /** Leaves the endpoint, which no longer counts the call; null if none took it. */
  private @Nullable EndpointHandle left() {
    EndpointHandle used = endpoint;
    if (!counted || used == null) {
      return null;
    }
    counted = false;
    used.callEnded();
    return used;
  }
}
