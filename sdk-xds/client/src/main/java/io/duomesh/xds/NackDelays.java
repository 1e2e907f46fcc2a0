package io.duomesh.xds;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Answers of one stream to the responses of one type, in order. A server that repeats what was
 * refused is answered ever later, so that the two do not spin. On the loop.
 */
final class NackDelays {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final int MOST_DOUBLINGS = 5;

  private final ScheduledExecutorService loop;
  private int refused;
  private @Nullable Runnable late;
  private @Nullable ScheduledFuture<?> timer;

  NackDelays(ScheduledExecutorService loop) {
    this.loop = loop;
  }

  /** Sends the answer that is still to be sent, if there is one: another response has come. */
  void flush() {
    Runnable answer = late;
    if (timer != null) {
      timer.cancel(false);
    }
    late = null;
    timer = null;
    if (answer != null) {
      answer.run();
    }
  }

  /** Answers now, or later where it is not the first refusal in a row. */
  void answer(boolean accepted, Runnable answer) {
    int before = refused;
    refused = accepted ? 0 : before + 1;
    if (accepted || before == 0) {
      answer.run();
      return;
    }
    long delay =
        Math.min(FIRST.toMillis() << Math.min(before - 1, MOST_DOUBLINGS), LONGEST.toMillis());
    late = answer;
    timer = loop.schedule(this::flush, delay, TimeUnit.MILLISECONDS);
  }
}
