package io.duomesh.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.RpcException;
import io.duomesh.Status;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What a client's stream brought; the message is read on the test's thread. */
final class RecordedCall implements ClientStream.Listener {
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger ends = new AtomicInteger();
  private volatile @Nullable Payload payload;
  private volatile @Nullable Outcome outcome;
  private volatile boolean messageAfterEnd;

  @Override
  public void onMessage(Payload newPayload) {
    messageAfterEnd |= outcome != null;
    payload = newPayload;
  }

  @Override
  public void onClose(Outcome newOutcome) {
    ends.incrementAndGet();
    outcome = newOutcome;
    closed.countDown();
  }

  /** Waits for the end. */
  Outcome outcome() throws InterruptedException {
    assertTrue(closed.await(10, TimeUnit.SECONDS), "the call did not end");
    assertEquals(1, ends.get(), "ends");
    assertTrue(!messageAfterEnd, "a message after the end");
    Outcome found = outcome;
    assertNotNull(found);
    return found;
  }

  boolean hasEnded() {
    return closed.getCount() == 0;
  }

  /** Waits for the end and reads the answer. */
  @Nullable Object value() throws InterruptedException {
    Outcome end = outcome();
    if (!end.status().isOk()) {
      discard();
      throw new RpcException(end.status(), end.trailers());
    }
    Payload found = payload;
    assertNotNull(found, "no message");
    return found.read();
  }

  /** Waits for the end and gives the status, an exception's that the answer is included. */
  Status status() throws InterruptedException {
    try {
      value();
      return outcome().status();
    } catch (RpcException e) {
      return e.status();
    }
  }

  private void discard() {
    Payload found = payload;
    if (found != null) {
      found.discard();
    }
  }
}
