package io.duomesh.runtime.client;

import io.duomesh.transport.Outcome;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Calls of a cluster that wait for their next try, with how the last one ended: that is their
 * outcome if the runtime ends meanwhile.
 */
final class BackingOff {
  private final ScheduledExecutorService scheduler;
  private final ConcurrentHashMap<AttemptCall, Outcome> calls = new ConcurrentHashMap<>();
  private volatile boolean closed;

  BackingOff(ScheduledExecutorService scheduler) {
    this.scheduler = scheduler;
  }

  int size() {
    return calls.size();
  }

  /** Lets a call try again after a while; the runtime's end ends it instead. */
  void tryLater(AttemptCall call, Outcome last, long nanos) {
    calls.put(call, last);
    try {
      scheduler.schedule(() -> tryNow(call), nanos, TimeUnit.NANOSECONDS);
      if (closed) {
        tryNoMore(call);
      }
    } catch (RejectedExecutionException e) {
      tryNoMore(call);
    }
  }

  private void tryNow(AttemptCall call) {
    if (calls.remove(call) != null) {
      call.attempt();
    }
  }

  /** The call is over before its next try. */
  void forget(AttemptCall call) {
    calls.remove(call);
  }

  private void tryNoMore(AttemptCall call) {
    Outcome last = calls.remove(call);
    if (last != null) {
      call.finish(last, null);
    }
  }

  void close() {
    closed = true;
    calls.keySet().forEach(this::tryNoMore);
  }
}
