package io.duomesh.runtime.cluster;

import io.duomesh.transport.Outcome;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Calls of a cluster that wait for their next try, with how the last one ended: that is their
 * outcome if the runtime ends meanwhile.
 */
public final class BackingOff {
  private final ScheduledExecutorService scheduler;
  private final ConcurrentHashMap<Waiting, Outcome> calls = new ConcurrentHashMap<>();
  private volatile boolean closed;

  BackingOff(ScheduledExecutorService scheduler) {
    this.scheduler = scheduler;
  }

  /** A call that waits; known by its identity. */
  public interface Waiting {
    /** Its time has come. */
    void attempt();

    /** There is no more time: it ends as its last try did. */
    void giveUp(Outcome last);
  }

  /** How many wait. */
  public int size() {
    return calls.size();
  }

  /** Lets a call try again after a while; the runtime's end ends it instead. */
  public void tryLater(Waiting call, Outcome last, long nanos) {
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

  private void tryNow(Waiting call) {
    if (calls.remove(call) != null) {
      call.attempt();
    }
  }

  /** The call is over before its next try. */
  public void forget(Waiting call) {
    calls.remove(call);
  }

  private void tryNoMore(Waiting call) {
    Outcome last = calls.remove(call);
    if (last != null) {
      call.giveUp(last);
    }
  }

  void close() {
    closed = true;
    calls.keySet().forEach(this::tryNoMore);
  }
}
