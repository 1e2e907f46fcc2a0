package io.duomesh.transport.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SeldomTest {
  @Test
  void whatWasWrittenAMomentAgoIsLeftOut() {
    Seldom line = new Seldom();
    assertEquals("", line.end());
    assertNull(line.end());
  }

  @Test
  void nextLineTellsHowManyWereLeftOut() {
    long start = System.nanoTime();
    Seldom line = new Seldom(TimeUnit.MILLISECONDS.toNanos(5));
    assertEquals("", line.end());
    int leftOut = 0;
    String end = line.end();
    while (end == null) {
      leftOut++;
      end = line.end();
    }
    assertEquals(leftOut == 0 ? "" : " (and " + leftOut + " like it before)", end);
    assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(5));
  }
}
