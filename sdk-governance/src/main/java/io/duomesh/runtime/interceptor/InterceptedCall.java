package io.duomesh.runtime.interceptor;

import io.duomesh.Channel;
import io.duomesh.ClientCall;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.ResponseFlag;
import io.duomesh.RpcException;
import io.duomesh.Status;
import io.duomesh.governance.filter.FailedCall;
import io.duomesh.runtime.executor.Handover;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call as one interceptor made it. What the interceptor throws, wherever it does, ends the call
 * by its name; what it tells twice is told once; what it forgets to end ends at the call's
 * deadline, or with the runtime.
 *
 * <p>It stands on both sides of the interceptor: the caller holds this, the interceptor gets {@link
 * InnerCall}s to start. An interceptor that hands back the call it was given leaves nothing here.
 */
final class InterceptedCall implements ClientCall, Channel {
  private static final Logger log = LoggerFactory.getLogger(InterceptedCall.class);
  private static final AtomicIntegerFieldUpdater<InterceptedCall> OVER =
      AtomicIntegerFieldUpdater.newUpdater(InterceptedCall.class, "over");

  private final Interceptors.Step step;
  private final Invocation invocation;
  private @Nullable ClientCall made;
  private volatile @Nullable InnerCall inner;
  private volatile boolean sent;
  private volatile boolean watched;
  private @Nullable Listener listener;

  @SuppressWarnings("UnusedVariable") // read by OVER
  private volatile int over;

  private InterceptedCall(Interceptors.Step step, Invocation invocation) {
    this.step = step;
    this.invocation = invocation;
  }

  /** The call that an interceptor makes. */
  static ClientCall of(Interceptors.Step step, Invocation invocation) {
    InterceptedCall call = new InterceptedCall(step, invocation);
    ClientCall made;
    try {
      made = step.interceptor().intercept(invocation, call);
    } catch (Throwable e) { // whatever it is, it is this call's alone
      return new FailedCall(call.failure("intercept", e), trailers(e));
    }
    if (made instanceof InnerCall own && own.belongsTo(call)) {
      return own.unwrapped();
    }
    if (made == null) {
      return FailedCall.of(
          Status.local(
              Status.Code.INTERNAL,
              invocation + ": interceptor " + step.name() + " returned null (expected: a call)"));
    }
    call.made = made;
    return call;
  }

  /** What the call ends with when the interceptor throws. */
  Status failure(String where, Throwable thrown) {
    if (thrown instanceof RpcException said) {
      return said.status().withCause(said);
    }
    return Status.local(
            Status.Code.INTERNAL,
            invocation + ": interceptor " + step.name() + " failed in " + where + ": " + thrown)
        .withUnprocessed(!sent)
        .withCause(thrown);
  }

  static Metadata trailers(Throwable thrown) {
    return thrown instanceof RpcException said ? said.trailers() : Metadata.EMPTY;
  }

  // ---- towards the interceptor

  private interface Event {
    void on(ClientCall call);
  }

  private void tell(String where, Event event) {
    ClientCall call = made;
    if (call == null || over != 0) {
      return;
    }
    try {
      event.on(call);
    } catch (Throwable e) {
      fail(failure(where, e), trailers(e));
    }
  }

  @Override
  public void start(Listener callListener) {
    listener = callListener;
    tell("start", call -> call.start(new OuterListener(this, callListener)));
    if (inner == null && !invocation.method().type().clientSendsOne()) {
      watch();
    }
  }

  @Override
  public void send(Object message) {
    tell("send", call -> call.send(message));
    if (!sent) {
      watch();
    }
  }

  @Override
  public void request(int messages) {
    tell("request", call -> call.request(messages));
  }

  @Override
  public void halfClose() {
    tell("halfClose", ClientCall::halfClose);
  }

  @Override
  public void cancel(@Nullable String reason) {
    tell("cancel", call -> call.cancel(reason));
  }

  @Override
  public boolean isReady() {
    ClientCall call = made;
    try {
      return call != null && over == 0 && call.isReady();
    } catch (Throwable e) {
      fail(failure("isReady", e), trailers(e));
      return false;
    }
  }

  // ---- its end

  Invocation invocation() {
    return invocation;
  }

  boolean isOver() {
    return over != 0;
  }

  /** Takes the right to tell the end; true once. */
  boolean end() {
    if (!OVER.compareAndSet(this, 0, 1)) {
      return false;
    }
    if (watched) {
      step.forgotten().forget(this);
    }
    return true;
  }

  /** The interceptor has it in its hands, with nothing under way that is sure to end. */
  void watch() {
    if (over == 0 && !watched) {
      watched = true;
      step.forgotten().watch(this);
    }
  }

  /** The interceptor passed the request on: that call ends by itself. */
  void sent() {
    sent = true;
  }

  /** Its time has passed without an end. */
  void expired() {
    Status late =
        Status.local(
                Status.Code.DEADLINE_EXCEEDED,
                invocation
                    + ": interceptor "
                    + step.name()
                    + " did not end the call by its deadline")
            .withUnprocessed(!sent)
            .withFlag(ResponseFlag.UT);
    Handover.run(invocation.options().executor(), () -> fail(late, Metadata.EMPTY));
  }

  /** Ends the call in the interceptor's place, unless it has ended. */
  void fail(Status status, Metadata trailers) {
    if (!end()) {
      log.debug("after the end of the call: {}", status.message());
      return;
    }
    InnerCall running = inner;
    if (running != null) {
      running.unwrapped().cancel(status.message());
    }
    Listener receiver = listener;
    if (receiver != null) {
      new OuterListener(this, receiver).tell(status, trailers);
    }
  }

  // ---- behind the interceptor

  @Override
  public ClientCall newCall(Invocation changed) {
    InnerCall call = new InnerCall(this, step.next().newCall(changed));
    inner = call;
    return call;
  }
}
