package io.duomesh.runtime.routing;

import io.duomesh.ClientCall;
import io.duomesh.Explanation;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.Status;
import io.duomesh.governance.filter.FailedCall;
import io.duomesh.runtime.interceptor.ForgottenCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Stands in until the first configuration: calls wait for it within their deadlines, and fail at
 * once after the source has reported that it cannot be reached.
 */
public final class PendingRouter implements Router {
  /** Calls that wait at most; the one too many fails. */
  private static final int MOST_WAITING = 10_000;

  private final ScheduledExecutorService scheduler;
  private final String source;
  private final Object lock = new Object();
  private List<PendingCall> waiting = new ArrayList<>();
  private @Nullable Router arrived;
  private @Nullable Status trouble;

  /**
   * A router that waits.
   *
   * @param scheduler the control thread
   * @param source what it waits for, for messages
   */
  public PendingRouter(ScheduledExecutorService scheduler, String source) {
    this.scheduler = scheduler;
    this.source = source;
  }

  @Override
  public ClientCall newCall(Target target, Invocation invocation) {
    PendingCall call = new PendingCall(this, target, invocation, scheduler);
    Router router;
    synchronized (lock) { // only before the first configuration, and only for a list's sake
      if (arrived == null && trouble == null) {
        if (waiting.size() >= MOST_WAITING) {
          return FailedCall.of(
              Status.local(
                  Status.Code.UNAVAILABLE,
                  MOST_WAITING + " calls wait for the first configuration from " + source));
        }
        waiting.add(call);
        return call;
      }
      if (arrived == null && trouble != null) {
        return FailedCall.of(trouble);
      }
      router = arrived;
    }
    return router == null ? FailedCall.of(unready(invocation)) : router.newCall(target, invocation);
  }

  /** The first configuration is there: calls that wait go on. */
  public void arrived(Router router) {
    List<PendingCall> go;
    synchronized (lock) {
      arrived = router;
      trouble = null;
      go = waiting;
      waiting = new ArrayList<>();
    }
    go.forEach(call -> call.proceed(router));
  }

  /** The source cannot be reached: calls that wait fail, and so do those that come. */
  public void troubled(Status status) {
    List<PendingCall> fail;
    synchronized (lock) {
      if (arrived != null) {
        return;
      }
      trouble = status;
      fail = waiting;
      waiting = new ArrayList<>();
    }
    fail.forEach(call -> call.fail(status));
  }

  /** The source can be reached again: calls that come wait. */
  void recovered() {
    synchronized (lock) {
      trouble = null;
    }
  }

  /** The runtime ends: calls that wait fail, and so do those that come. */
  public void close() {
    List<PendingCall> fail;
    synchronized (lock) {
      arrived = null;
      trouble = ForgottenCalls.CLOSED;
      fail = waiting;
      waiting = new ArrayList<>();
    }
    fail.forEach(call -> call.fail(ForgottenCalls.CLOSED));
  }

  void forget(PendingCall call) {
    synchronized (lock) {
      waiting.remove(call);
    }
  }

  Status unready(Invocation invocation) {
    return Status.local(
        Status.Code.UNAVAILABLE, invocation + ": no configuration yet from " + source);
  }

  @Override
  public Explanation explain(Target target, String path, Metadata headers, long random) {
    Status status;
    synchronized (lock) {
      status = trouble;
    }
    if (status == null) {
      status = Status.local(Status.Code.UNAVAILABLE, "no configuration yet from " + source);
    }
    return Explanation.failed(target.toString(), status);
  }
}
