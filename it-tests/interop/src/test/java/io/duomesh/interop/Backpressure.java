package io.duomesh.interop;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** Sends until the other side holds the sender back. */
final class Backpressure {
  private static final int LOOKS = 20;

  private Backpressure() {}

  /** How much was sent when the sender had not been ready for a while. */
  static int fill(BooleanSupplier ready, Runnable send) {
    int[] sent = {0};
    int[] looks = {0};
    Awaitility.await()
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> {
              looks[0] = ready.getAsBoolean() ? 0 : looks[0] + 1;
              while (ready.getAsBoolean()) {
                send.run();
                if (++sent[0] > 1_000) {
                  throw new AssertionError("never held back");
                }
              }
              return sent[0] > 0 && looks[0] > LOOKS;
            });
    return sent[0];
  }
}
