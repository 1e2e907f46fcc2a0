package io.duomesh.runtime.interceptor;

import io.duomesh.Metadata;
import io.duomesh.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Calls that an interceptor holds while nothing of ours is under way for them: each ends at its
 * deadline or with the runtime, whatever the interceptor does. A call that an interceptor passes on
 * at once never comes here.
 */
public final class ForgottenCalls {
  /** What calls get after the end of their runtime. */
  public static final Status CLOSED =
      Status.local(
          Status.Code.UNAVAILABLE, "this runtime is closed (Duomesh.close()); it takes no calls");

  private static final long LOOK_MILLIS = 50;

  private final ScheduledExecutorService scheduler;
  private final Set<InterceptedCall> calls = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile boolean closed;

  /**
   * None yet.
   *
   * @param scheduler the control thread
   */
  public ForgottenCalls(ScheduledExecutorService scheduler) {
    this.scheduler = scheduler;
  }

  void watch(InterceptedCall call) {
    calls.add(call);
    if (call.isOver()) {
      calls.remove(call);
    } else if (closed) {
      close();
    } else if (looking.compareAndSet(false, true)) {
      lookLater();
    }
  }

  void forget(InterceptedCall call) {
    calls.remove(call);
  }

  private void lookLater() {
    try {
      scheduler.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      close(); // the runtime has ended
    }
  }

  private void look() {
    for (InterceptedCall call : calls) {
      if (call.invocation().deadline().isExpired() && calls.remove(call)) {
        call.expired();
      }
    }
    if (calls.isEmpty()) {
      looking.set(false);
      if (calls.isEmpty() || !looking.compareAndSet(false, true)) {
        return; // one that came meanwhile has seen to it
      }
    }
    lookLater();
  }

  /** The runtime ends: so do the calls. */
  public void close() {
    closed = true;
    for (InterceptedCall call : calls) {
      if (calls.remove(call)) {
        call.fail(CLOSED, Metadata.EMPTY);
      }
    }
  }
}
