package io.duomesh.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HistogramTest {
  private final Histogram histogram = new Histogram();

  @Test
  void emptyHistogramHasNoLatency() {
    assertEquals(0, histogram.quantile(0.5));
  }

  @Test
  void smallValuesAreExact() {
    for (int i = 1; i <= 20; i++) {
      histogram.record(i);
    }
    assertEquals(10, histogram.quantile(0.5));
    assertEquals(20, histogram.quantile(1));
    assertEquals(1, histogram.quantile(0));
  }

  @Test
  void everyValueIsFoundToOneIn32() {
    for (long value = 1; value > 0 && value < Long.MAX_VALUE / 3; value = value * 3 / 2 + 1) {
      histogram.clear();
      histogram.record(value);
      long found = histogram.quantile(0.5);
      assertTrue(found <= value && value - found <= value / 32, value + " as " + found);
    }
  }

  @Test
  void quantilesCountFromTheLeast() {
    for (int i = 0; i < 990; i++) {
      histogram.record(1_000);
    }
    for (int i = 0; i < 10; i++) {
      histogram.record(1_000_000);
    }
    assertEquals(992, histogram.quantile(0.99));
    assertTrue(histogram.quantile(0.991) > 900_000);
  }

  @Test
  void negativeTimeCountsAsNone() {
    histogram.record(-5);
    assertEquals(0, histogram.quantile(1));
  }
}
