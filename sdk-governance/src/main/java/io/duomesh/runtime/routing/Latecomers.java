package io.duomesh.runtime.routing;

import io.duomesh.ClientCall;
import io.duomesh.Invocation;
import io.duomesh.Status;
import io.duomesh.governance.filter.FailedCall;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Targets that were asked for a moment ago and that the configuration does not have yet: their
 * calls wait within their deadlines, but no longer than {@value #PATIENCE_SECONDS} s after the
 * target was first named. That is xDS's time for a resource to be declared missing.
 */
public final class Latecomers {
  private static final long PATIENCE_SECONDS = 15;

  private final ScheduledExecutorService scheduler;
  private final Supplier<String> version;
  private final ConcurrentHashMap<Target, PendingRouter> expected = new ConcurrentHashMap<>();

  /**
   * No targets.
   *
   * @param scheduler the control thread
   * @param version of the configuration in force, for messages
   */
  public Latecomers(ScheduledExecutorService scheduler, Supplier<String> version) {
    this.scheduler = scheduler;
    this.version = version;
  }

  /** A target was named for the first time. */
  public void expect(Target target) {
    expected.put(target, new PendingRouter(scheduler, "the source of " + target));
    try {
      scheduler.schedule(() -> giveUp(target), PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      expected.remove(target); // the runtime has ended
    }
  }

  private void giveUp(Target target) {
    PendingRouter waiting = expected.remove(target);
    if (waiting != null) {
      waiting.troubled(TableRouter.unknown(target, version.get()));
    }
  }

  /** A call of a target that the table in force does not have. */
  public ClientCall newCall(Target target, Invocation invocation) {
    PendingRouter waiting = expected.get(target);
    return waiting == null
        ? FailedCall.of(TableRouter.unknown(target, version.get()))
        : waiting.newCall(target, invocation);
  }

  /** A table was installed: what it has is late no more. */
  public void arrived(TableRouter table) {
    expected.forEach(
        (target, waiting) -> {
          if (table.routes(target) != null) {
            expected.remove(target);
            waiting.arrived(table);
          } else {
            waiting.recovered();
          }
        });
  }

  /** The source cannot be reached: what it has not told of, nobody waits for. */
  public void troubled(Status status) {
    expected.values().forEach(waiting -> waiting.troubled(status));
  }

  /** The runtime ends. */
  public void close() {
    expected.values().forEach(PendingRouter::close);
    expected.clear();
  }
}
