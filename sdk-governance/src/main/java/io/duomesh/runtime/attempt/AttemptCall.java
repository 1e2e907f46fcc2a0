package io.duomesh.runtime.attempt;

import io.duomesh.ClientCall;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.ResponseFlag;
import io.duomesh.RpcException;
import io.duomesh.Status;
import io.duomesh.runtime.cluster.BackingOff;
import io.duomesh.runtime.cluster.EndpointHandle;
import io.duomesh.runtime.interceptor.ReceiverFailure;
import io.duomesh.transport.Outcome;
import io.duomesh.transport.Payload;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call with one request, under the plan it was routed to: picks an endpoint, sends, and tries
 * again as the plan allows. Ends exactly once: {@code finished} is taken by whoever decides the
 * outcome.
 *
 * <p>Runs on the caller's thread until the request is sent, then on event loops, one attempt at a
 * time; the outcome is delivered on the call's executor.
 */
final class AttemptCall implements ClientCall, BackingOff.Waiting, Runnable {
  private static final Logger log = LoggerFactory.getLogger(AttemptCall.class);
  private static final AtomicIntegerFieldUpdater<AttemptCall> FINISHED =
      AtomicIntegerFieldUpdater.newUpdater(AttemptCall.class, "finished");
  private static final AtomicIntegerFieldUpdater<AttemptCall> ADMISSION =
      AtomicIntegerFieldUpdater.newUpdater(AttemptCall.class, "admission");
  private static final Object NOT_SENT = new Object();
  private static final Outcome NO_OUTCOME =
      Outcome.of(Status.local(Status.Code.INTERNAL, "the call has no outcome yet"));

  private final RoutePlan plan;
  private final Invocation invocation;
  private long hash;

  /** 0: running; 1: the outcome is decided; 2: it is being delivered. */
  private volatile int finished;

  /** 0: no slot of the cluster taken yet; 1: taken; 2: given back. */
  @SuppressWarnings("UnusedVariable") // read by ADMISSION
  private volatile int admission;

  private @Nullable Listener listener;
  private Object request = NOT_SENT;
  private volatile @Nullable Attempt current;
  private volatile @Nullable String cancelled;
  private volatile @Nullable Retries retries;

  // the outcome, written by whoever finished, read on the executor
  private Outcome outcome = NO_OUTCOME;
  private Metadata headers = Metadata.EMPTY; // of the last attempt
  private @Nullable Payload response;

  AttemptCall(RoutePlan plan, Invocation invocation) {
    this.plan = plan;
    this.invocation = invocation;
  }

  // ---- from the caller

  @Override
  public void start(Listener callListener) {
    listener = callListener;
    if (finished != 0) {
      deliver(); // cancelled before it was started
    }
  }

  @Override
  public void send(Object message) {
    request = message;
    try {
      Status refused = plan.cluster().admit(plan.highPriority());
      if (refused != null) {
        finish(Outcome.of(refused.withMessage(invocation + ": " + refused.message())), null);
        return;
      }
      plan.cluster().callStarted();
      admission = 1;
      hash = plan.hash(invocation);
    } catch (RuntimeException | Error e) { // of a balancer that was plugged in
      finish(
          Outcome.of(
              Status.local(Status.Code.INTERNAL, invocation + ": no endpoint was chosen: " + e)
                  .withCause(e)),
          null);
      return;
    }
    if (finished != 0) {
      releaseAdmission(); // cancelled meanwhile
      return;
    }
    attempt();
  }

  @Override
  public void request(int messages) {}

  @Override
  public void halfClose() {}

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void cancel(@Nullable String reason) {
    cancelled = reason == null ? "cancelled by the caller" : reason;
    Attempt running = current;
    if (running != null) {
      running.cancel(reason);
    } else {
      finish(cancelledOutcome(), null);
    }
  }

  private Outcome cancelledOutcome() {
    return Outcome.of(
        Status.local(Status.Code.CANCELLED, invocation + ": " + cancelled())
            .withUnprocessed(false)
            .withFlag(ResponseFlag.DC));
  }

  /** Why the caller gave up, or null. */
  @Nullable String cancelled() {
    return cancelled;
  }

  // ---- attempts

  @Override
  public void attempt() {
    if (cancelled != null) {
      finish(cancelledOutcome(), null);
      return;
    }
    Attempt next = new Attempt(this);
    current = next;
    next.begin();
    if (cancelled != null) {
      next.cancel(cancelled); // cancel() may have seen the attempt before it had a stream
    }
  }

  RoutePlan plan() {
    return plan;
  }

  Invocation invocation() {
    return invocation;
  }

  Object request() {
    return request;
  }

  /** Tries after the first. */
  int retries() {
    Retries made = retries;
    return made == null ? 0 : made.count();
  }

  /** An endpoint for an attempt; null where there is none. */
  @Nullable EndpointHandle pick() {
    Retries made = retries;
    return made == null ? plan.cluster().pick(hash) : made.pick(hash);
  }

  /** An attempt's response headers, which count if nothing is tried after it. */
  void headers(Metadata received) {
    headers = received;
  }

  /** An attempt has ended; called once for each. */
  void attemptEnded(Outcome ended, @Nullable Payload payload, @Nullable EndpointHandle endpoint) {
    if (ended.status().isOk()) {
      finish(ended, payload);
      return;
    }
    if (payload != null) {
      payload.discard();
    }
    Retries made = retries;
    if (made != null) {
      made.release();
    }
    if (cancelled == null && finished == 0 && plan.retries().again(ended, retries())) {
      retry(ended, endpoint);
    } else {
      finish(plan.retries().exhausted(ended, retries()), null);
    }
  }

  private void retry(Outcome ended, @Nullable EndpointHandle endpoint) {
    headers = Metadata.EMPTY;
    Retries made = retries;
    if (made == null) {
      made = new Retries(plan);
      retries = made;
    }
    if (!made.take(endpoint)) {
      finish(
          new Outcome(
              ended.status().withFlag(ResponseFlag.UO),
              ended.trailers(),
              ended.httpStatus(),
              ended.trailersOnly(),
              ended.headersSeen()),
          null);
      return;
    }
    long wait = plan.retries().backOffNanos(made.count(), ended);
    if (wait >= invocation.deadline().remainingNanos()) {
      finish(Outcome.of(outOfTime(ended.status())), null);
      return;
    }
    if (wait == 0) {
      attempt();
      return;
    }
    current = null;
    made.tryLater(this, ended, wait);
    if (cancelled != null) {
      finish(cancelledOutcome(), null); // cancel() may have seen the attempt before
    }
  }

  private static Status outOfTime(Status last) {
    return last.code() == Status.Code.DEADLINE_EXCEEDED
        ? last
        : Status.transport(
                Status.Code.DEADLINE_EXCEEDED,
                last.message() + " (" + last.code() + "); no time is left to try again")
            .withFlag(ResponseFlag.UT);
  }

  private void releaseAdmission() {
    if (ADMISSION.compareAndSet(this, 1, 2)) {
      plan.cluster().load().released(plan.highPriority());
      plan.cluster().callEnded();
    }
  }

  // ---- the end

  @Override
  public void giveUp(Outcome last) {
    finish(last, null);
  }

  private void finish(Outcome end, @Nullable Payload payload) {
    if (!FINISHED.compareAndSet(this, 0, 1)) {
      if (payload != null) {
        payload.discard();
      }
      return;
    }
    Retries made = retries;
    if (made != null) {
      made.forget(this);
    }
    releaseAdmission();
    outcome = end;
    response = payload;
    deliver();
  }

  private void deliver() {
    if (listener == null) {
      return; // cancelled before it was started: start() will deliver
    }
    Executor executor = invocation.options().executor();
    if (executor == null) {
      run();
      return;
    }
    try {
      executor.execute(this);
    } catch (RuntimeException | Error e) {
      run(); // whatever an executor does, it loses no call: the outcome is delivered here instead
    }
  }

  /** Delivers the outcome, once; on the call's executor. */
  @Override
  public void run() {
    Listener receiver = listener;
    if (receiver == null || !FINISHED.compareAndSet(this, 1, 2)) {
      return;
    }
    Status status = outcome.status();
    Metadata trailers = outcome.trailers();
    Payload payload = response;
    Object message = null;
    Status failed = deliverHeaders(receiver);
    if (payload != null) {
      try {
        message = payload.read();
      } catch (RpcException e) {
        trailers = trailers.plus(e.trailers());
        status = e.status();
        if (e.remoteType() != null) { // a status has no room for an unknown exception's fields
          status =
              status.withCause(
                  new RpcException(status, trailers, e.remoteType(), e.remoteFields()));
        }
      } catch (RuntimeException | Error e) { // nested too deep, a class that does not load, …
        status =
            Status.local(Status.Code.INTERNAL, invocation + ": the reply cannot be read: " + e)
                .withUnprocessed(false)
                .withCause(e);
      }
    }
    if (failed != null) {
      status = failed;
    } else if (status.isOk()) {
      try {
        receiver.onMessage(message);
      } catch (RuntimeException | Error e) {
        status = ReceiverFailure.of(invocation, e);
      }
    }
    try {
      receiver.onClose(status, trailers);
    } catch (RuntimeException | Error e) {
      log.warn("{}: the listener of the call failed", invocation, e);
    }
  }

  /** Those of the attempt that counts; null if that went well. */
  private @Nullable Status deliverHeaders(Listener receiver) {
    if (!headers.isEmpty()) {
      try {
        receiver.onHeaders(headers);
      } catch (RuntimeException | Error e) {
        return ReceiverFailure.of(invocation, e);
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return invocation + " by " + plan;
  }
}
