package io.duomesh.governance.retry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Metadata;
import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.traffic.CircuitBreakers;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.traffic.RetryPolicy;
import io.duomesh.transport.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetryRuleTest {
  private static final Outcome REFUSED =
      Outcome.of(
          Status.transport(Status.Code.UNAVAILABLE, "refused")
              .withFlag(ResponseFlag.UF)
              .withUnprocessed(true));
  private static final Outcome CLOSED =
      Outcome.of(Status.transport(Status.Code.UNAVAILABLE, "closed").withFlag(ResponseFlag.UC));
  private static final Outcome TRY_TIMED_OUT =
      Outcome.of(Status.transport(Status.Code.DEADLINE_EXCEEDED, "slow").withFlag(ResponseFlag.UT));

  @Test
  void withoutPolicyOnlyUnprocessedCallsAreTriedOnceMore() {
    assertTrue(RetryRule.DEFAULT.again(REFUSED, 0));
    assertFalse(RetryRule.DEFAULT.again(REFUSED, 1));
    assertFalse(RetryRule.DEFAULT.again(CLOSED, 0));
    assertEquals(0, RetryRule.DEFAULT.backOffNanos(1, REFUSED));
  }

  @Test
  void refusalsOfThisProcessAreNeverTriedAgain() {
    Outcome limited =
        Outcome.of(Status.local(Status.Code.UNAVAILABLE, "limit").withFlag(ResponseFlag.RL));
    assertFalse(RetryRule.DEFAULT.again(limited, 0));
    assertFalse(RetryRule.compile(RetryPolicy.on(5, "5xx", "reset")).again(limited, 0));
  }

  @Test
  void policyOfNoRetriesOverridesTheRuleWithoutPolicy() {
    assertFalse(RetryRule.compile(RetryPolicy.on(0, "5xx")).again(REFUSED, 0));
    assertFalse(RetryRule.compile(RetryPolicy.on(2)).again(REFUSED, 0));
  }

  @Test
  void timeoutOfOneTryIsTriedAgainByThreeConditionsOnly() {
    for (String condition : List.of("5xx", "gateway-error", "reset")) {
      assertTrue(RetryRule.compile(RetryPolicy.on(1, condition)).again(TRY_TIMED_OUT, 0));
    }
    for (String condition :
        List.of("deadline-exceeded", "connect-failure", "reset-before-request", "unavailable")) {
      assertFalse(RetryRule.compile(RetryPolicy.on(1, condition)).again(TRY_TIMED_OUT, 0));
    }
  }

  @Test
  void namesAreTrimmedUnknownOnesIgnoredAndCaseCounts() {
    assertTrue(RetryRule.compile(RetryPolicy.on(1, " reset ", "nonsense")).again(CLOSED, 0));
    assertFalse(RetryRule.compile(RetryPolicy.on(1, "RESET")).again(CLOSED, 0));
  }

  @Test
  void usedUpRetriesSayHowManyAttemptsThereWere() {
    RetryRule rule = RetryRule.compile(RetryPolicy.on(2, "reset", "unavailable"));
    Status status = rule.exhausted(CLOSED, 2).status();
    assertEquals(ResponseFlag.UC, status.flag());
    assertTrue(status.message().contains("3 attempts"), status.message());
    Outcome said =
        new Outcome(
            Status.remote(Status.Code.UNAVAILABLE, "busy"), CLOSED.trailers(), 200, true, true);
    assertEquals(ResponseFlag.URX, rule.exhausted(said, 2).status().flag());
    assertSame(said, rule.exhausted(said, 0));
  }

  @Test
  void waitsDoubleFromTheBaseUpToTheLongest() {
    RetryRule rule = RetryRule.compile(RetryPolicy.on(10, "reset"));
    SplittableRandom random = new SplittableRandom(9);
    long[] bounds = {25, 50, 100, 200, 250, 250};
    for (int retry = 1; retry <= bounds.length; retry++) {
      long most = 0;
      for (int i = 0; i < 2000; i++) {
        most = Math.max(most, rule.backOffNanos(retry, random));
      }
      long bound = bounds[retry - 1] * 1_000_000;
      assertTrue(most < bound && most > bound * 0.98, "wait " + retry + ": " + most);
    }
    assertTrue(rule.backOffNanos(1000, random) < 250_000_000);
  }

  @Test
  void timeOfOneTryCountsOnlyBelowTheWholeTime() {
    RetryPolicy policy = perTry(Duration.ofMillis(100));
    assertEquals(100_000_000, RetryRule.compile(policy).perTryNanos(0));
    assertEquals(100_000_000, RetryRule.compile(policy).perTryNanos(100_000_001));
    assertEquals(0, RetryRule.compile(policy).perTryNanos(100_000_000));
    assertEquals(0, RetryRule.compile(perTry(Duration.ZERO)).perTryNanos(5));
    assertEquals(0, RetryRule.DEFAULT.perTryNanos(5));
  }

  private static RetryPolicy perTry(Duration time) {
    return new RetryPolicy(
        Set.of("5xx"),
        1,
        time,
        Set.of(),
        List.of(),
        Duration.ofMillis(25),
        Duration.ofMillis(250),
        false,
        0,
        1);
  }

  @Test
  void budgetIsAShareOfWhatIsInFlight() {
    ClusterLoad load =
        load(new CircuitBreakers.Thresholds(1024, 1024, 1, new CircuitBreakers.RetryBudget(50, 1)));
    assertTrue(load.tryRetry(false, 0)); // however little is in flight
    assertFalse(load.tryRetry(false, 0));
    for (int i = 0; i < 7; i++) {
      assertNull(load.admit(false));
    }
    assertTrue(load.tryRetry(false, 1));
    assertTrue(load.tryRetry(false, 1)); // 3 of 6
    assertFalse(load.tryRetry(false, 1));
    load.retryEnded(false);
    assertTrue(load.tryRetry(false, 1));
  }

  @Test
  void responseMayAskForALongerWait() {
    RetryPolicy plain = RetryPolicy.on(1, "5xx");
    RetryPolicy policy =
        new RetryPolicy(
            plain.retryOn(),
            1,
            null,
            Set.of(),
            List.of(),
            Duration.ofMillis(1),
            Duration.ofMillis(2),
            false,
            0,
            1,
            new RetryPolicy.RateLimitedBackOff(
                List.of(
                    new RetryPolicy.ResetHeader("x-reset", true),
                    new RetryPolicy.ResetHeader("retry-after", false)),
                Duration.ofSeconds(3)));
    RetryRule rule = RetryRule.compile(policy);
    long second = 1_000_000_000;
    assertBetween(second, second * 3 / 2, rule.backOffNanos(1, asking("retry-after", "1")));
    assertBetween(2 * second, 3 * second, rule.backOffNanos(1, asking("retry-after", "2")));
    for (String text : List.of("4", "0", "-1", "1,2", "soon", "")) {
      assertBetween(0, 2_000_000, rule.backOffNanos(1, asking("retry-after", text)));
    }
    Outcome later = asking("x-reset", "1002");
    assertEquals(2 * second, ResetHeaders.nanos(policy, later, () -> 1_000_000));
    assertEquals(0, ResetHeaders.nanos(policy, later, () -> 1_002_000));
    Outcome both =
        new Outcome(
            Status.remote(Status.Code.UNAVAILABLE, "later"),
            Metadata.of("retry-after", "1", "retry-after", "2", "x-reset", "9000"),
            503,
            false,
            true);
    assertEquals(second, ResetHeaders.nanos(policy, both, () -> 1_000_000));
    assertEquals(0, ResetHeaders.nanos(plain, both, () -> 1_000_000));
  }

  private static Outcome asking(String header, String value) {
    return new Outcome(
        Status.remote(Status.Code.UNAVAILABLE, "later"),
        Metadata.of(header, value),
        503,
        false,
        true);
  }

  private static void assertBetween(long least, long most, long value) {
    assertTrue(value >= least && value <= most, value + " ns");
  }

  @Test
  void loadIsBoundedByPriorityAndFreedByRelease() {
    ClusterLoad load = load(new CircuitBreakers.Thresholds(0, 2, 1));
    assertNull(load.admit(false));
    assertNull(load.admit(false));
    Status refused = load.admit(false);
    assertEquals(ResponseFlag.UO, refused.flag());
    assertEquals(Status.Code.UNAVAILABLE, refused.code());
    assertTrue(refused.message().contains("max_requests"), refused.message());
    assertNull(load.admit(true), "the other priority has its own counters");
    load.released(false);
    assertNull(load.admit(false));
    assertEquals(3, load.requests());
    assertEquals(ResponseFlag.UO, load.admitPending(false).flag(), "0 refuses everything");
    assertTrue(load.tryRetry(false, 0));
    assertFalse(load.tryRetry(false, 0));
    load.retryEnded(false);
    assertTrue(load.tryRetry(false, 0));
  }

  @Test
  void loadNeverExceedsItsBoundUnderContention() throws Exception {
    ClusterLoad load = load(new CircuitBreakers.Thresholds(1024, 3, 3));
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger admitted = new AtomicInteger();
    CountDownLatch start = new CountDownLatch(1);
    Thread[] threads = new Thread[6];
    for (int t = 0; t < threads.length; t++) {
      threads[t] =
          new Thread(
              () -> {
                try {
                  start.await();
                } catch (InterruptedException e) {
                  return;
                }
                for (int i = 0; i < 20_000; i++) {
                  if (load.admit(false) == null) {
                    admitted.incrementAndGet();
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    inside.decrementAndGet();
                    load.released(false);
                  }
                }
              });
      threads[t].start();
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join(20_000);
    }
    assertTrue(most.get() <= 3, "inside at once: " + most);
    assertTrue(admitted.get() > 0);
    assertEquals(0, load.requests());
  }

  private static ClusterLoad load(CircuitBreakers.Thresholds normal) {
    return new ClusterLoad(
        ClusterSpec.of("c", null, LbPolicy.ROUND_ROBIN)
            .withCircuitBreakers(new CircuitBreakers(normal, CircuitBreakers.Thresholds.DEFAULT)));
  }
}
