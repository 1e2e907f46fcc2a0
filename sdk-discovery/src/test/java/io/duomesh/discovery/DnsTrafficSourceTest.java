package io.duomesh.discovery;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Settings;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DnsTrafficSourceTest {
  private static final Duration SOON = Duration.ofMillis(20);
  private static final Duration LATE = Duration.ofSeconds(5);

  private final List<String> problems = new CopyOnWriteArrayList<>();
  private final AtomicReference<List<String>> zone = new AtomicReference<>(List.of());
  private final Resolver resolver =
      host -> {
        List<String> found = zone.get();
        if (found.isEmpty()) {
          throw new UnknownHostException(host);
        }
        return found;
      };

  @Test
  void answersAreFollowedAndTheLastGoodOneIsKept() {
    zone.set(List.of("10.0.0.2", "10.0.0.1"));
    try (SourceHarness harness = new SourceHarness(source(resolver, SOON, LATE), "orders:80")) {
      List<String> both = List.of("10.0.0.1:80", "10.0.0.2:80");
      await().until(() -> both.equals(harness.addresses("orders:80")));
      zone.set(List.of("10.0.0.1", "10.0.0.2"));
      zone.set(List.of("10.0.0.3"));
      await().until(() -> List.of("10.0.0.3:80").equals(harness.addresses("orders:80")));
      assertEquals(2, harness.snapshots.size(), "an equal answer emits nothing");
      zone.set(List.of());
      await().until(() -> !problems.isEmpty());
      assertEquals(List.of("10.0.0.3:80"), harness.addresses("orders:80"));
      assertTrue(problems.get(0).contains("stay in use"));
    }
  }

  @Test
  void targetWithoutAnswerIsAnEmptyClusterUntilThereIsOne() {
    try (SourceHarness harness = new SourceHarness(source(resolver, SOON, LATE), "orders:80")) {
      await().until(() -> List.of().equals(harness.addresses("orders:80")));
      await().until(() -> !problems.isEmpty());
      assertTrue(problems.get(0).contains("dns:///orders:80: no address"));
      zone.set(List.of("10.0.0.1"));
      await().until(() -> List.of("10.0.0.1:80").equals(harness.addresses("orders:80")));
    }
  }

  @Test
  void slowAnswerHoldsUpNobodyElseAndStillCounts() {
    CountDownLatch slow = new CountDownLatch(1);
    Resolver partlySlow =
        host -> {
          if (host.equals("slow")) {
            await().until(() -> slow.getCount() == 0);
          }
          return List.of("10.0.0.9");
        };
    try (SourceHarness harness =
        new SourceHarness(source(partlySlow, LATE, SOON), "slow:1", "fast:2")) {
      await().until(() -> List.of("10.0.0.9:2").equals(harness.addresses("fast:2")));
      await().until(() -> List.of().equals(harness.addresses("slow:1")));
      await().until(() -> !problems.isEmpty());
      assertTrue(problems.get(0).contains("within 20 ms"));
      slow.countDown();
      await().until(() -> List.of("10.0.0.9:1").equals(harness.addresses("slow:1")));
    }
  }

  @Test
  void writtenDownEndpointsComeBeforeDns() {
    AtomicInteger asked = new AtomicInteger();
    Resolver counting =
        host -> {
          asked.incrementAndGet();
          return List.of("10.0.0.9");
        };
    StaticLists lists =
        new StaticLists(Settings.of(Map.of("duomesh.static.com.acme.Orders", "10.0.0.1:1")));
    try (SourceHarness harness =
        new SourceHarness(
            new DnsTrafficSource(lists, counting, LATE, LATE, problems::add), "com.acme.Orders")) {
      await().until(() -> List.of("10.0.0.1:1").equals(harness.addresses("com.acme.Orders")));
      harness.want("com.acme.Other");
      await().until(() -> !problems.isEmpty());
      String message = problems.get(0);
      assertTrue(message.contains("duomesh.static.com.acme.Other="), message);
      assertEquals(0, asked.get());
    }
  }

  @Test
  void loopbackIsResolvedBySystem() throws UnknownHostException {
    assertEquals(List.of("127.0.0.1"), Resolver.SYSTEM.resolve("127.0.0.1"));
  }

  @Test
  void closedSourceAsksNoMore() {
    AtomicInteger asked = new AtomicInteger();
    Resolver counting =
        host -> {
          asked.incrementAndGet();
          return List.of("10.0.0.9");
        };
    DnsTrafficSource source = source(counting, Duration.ofMillis(1), LATE);
    try (SourceHarness harness = new SourceHarness(source, "orders:80")) {
      await().until(() -> asked.get() > 2);
      source.close();
      int sofar = asked.get() + 1; // one may be under way
      await().during(Duration.ofMillis(50)).until(() -> asked.get() <= sofar);
    }
  }

  private DnsTrafficSource source(Resolver resolver, Duration refresh, Duration timeout) {
    return new DnsTrafficSource(
        new StaticLists(Settings.of(Map.of())), resolver, refresh, timeout, problems::add);
  }
}
