package io.duomesh.governance.lb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.duomesh.spi.LoadBalancerFactory.Picker;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.LbPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Envoy's own unit tests of ring, Maglev table, weights and priority load. */
class UnitCasesTest {
  @TestFactory
  Stream<DynamicTest> ringHash() {
    return tests("ring-hash", UnitCasesTest::ringHash);
  }

  @TestFactory
  Stream<DynamicTest> maglev() {
    return tests("maglev", UnitCasesTest::maglev);
  }

  @TestFactory
  Stream<DynamicTest> priorityLoad() {
    return Cases.of("priority-locality")
        .filter(c -> c.get("kind").asText().equals("priority-load"))
        .filter(c -> !excludes(c)) // hosts not checked yet: every endpoint here has been
        .map(c -> DynamicTest.dynamicTest(c.get("name").asText(), () -> priorityLoad(c)));
  }

  @TestFactory
  Stream<DynamicTest> localityTurns() {
    return Cases.of("priority-locality")
        .filter(c -> c.get("kind").asText().equals("locality-wrr"))
        .filter(
            c -> !c.get("expect").has("healthyLocality")) // those say only that there is no turn
        .map(c -> DynamicTest.dynamicTest(c.get("name").asText(), () -> localityTurns(c)));
  }

  @TestFactory
  Stream<DynamicTest> roundRobinTurns() {
    return Cases.of("wrr-lr")
        .filter(c -> c.get("lbPolicy").asText().equals("ROUND_ROBIN"))
        .filter(c -> c.path("expect").path("picks").size() > 3)
        .map(c -> DynamicTest.dynamicTest(c.get("name").asText(), () -> roundRobinTurns(c)));
  }

  private interface Check {
    void run(JsonNode testCase);
  }

  private static Stream<DynamicTest> tests(String file, Check check) {
    return Cases.of(file)
        .filter(c -> !c.path("expect").has("configRejected")) // refused where it is read
        .filter(c -> !c.get("hosts").isEmpty() || c.path("expect").has("noHost"))
        .filter(c -> !c.get("name").asText().contains("ounded")) // bounded load is not offered
        .map(c -> DynamicTest.dynamicTest(c.get("name").asText(), () -> check.run(c)));
  }

  private static void ringHash(JsonNode testCase) {
    JsonNode config = testCase.get("config");
    LbPolicy.RingHash policy =
        new LbPolicy.RingHash(
            config.path("minimumRingSize").asLong(1024),
            config.path("maximumRingSize").asLong(8_388_608),
            config.path("hashFunction").asText().contains("MURMUR"),
            config.path("useHostnameForHashing").asBoolean());
    JsonNode expect = testCase.get("expect");
    Group<Pool> group = group(testCase);
    if (expect.path("noHost").asBoolean()) {
      assertNull(group);
      return;
    }
    RingHashBalancer.Ring ring = RingHashBalancer.Ring.of(policy, group);
    if (expect.has("ringSize")) {
      assertEquals(expect.get("ringSize").asInt(), ring.size());
    }
    int index = 0;
    for (JsonNode entry : expect.path("ring")) {
      assertEquals(Cases.unsigned(entry.get("position")), ring.hash(index));
      assertEquals(entry.get("host").asInt(), ring.owner(index++));
    }
    entriesPerHost(expect, IntStream.range(0, ring.size()).map(ring::owner).toArray());
    lookups(expect, ring);
  }

  private static void maglev(JsonNode testCase) {
    JsonNode expect = testCase.get("expect");
    Group<Pool> group = group(testCase);
    if (expect.path("noHost").asBoolean()) {
      assertNull(group);
      return;
    }
    int size = testCase.get("config").path("tableSize").asInt(65_537);
    int[] table = MaglevBalancer.table(group, size);
    assertEquals(size, table.length);
    if (expect.has("table")) {
      assertArrayEquals(Cases.ints(expect.get("table")), table);
    }
    entriesPerHost(expect, table);
    lookups(
        expect,
        new MaglevBalancer().create(new LbPolicy.Maglev(size), group, new SplittableRandom(1)));
  }

  private static void entriesPerHost(JsonNode expect, int[] owners) {
    Map<Integer, Integer> entries = new TreeMap<>();
    for (int owner : owners) {
      entries.merge(owner, 1, Integer::sum);
    }
    if (entries.size() == 1) {
      return; // counted otherwise in Envoy's statistics
    }
    if (expect.has("maxEntriesPerHost") || expect.has("maxHashesPerHost")) {
      int most = entries.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
      JsonNode wanted = expect.path("maxEntriesPerHost");
      assertEquals(wanted.asInt(expect.path("maxHashesPerHost").asInt()), most);
    }
    if (expect.path("entriesPerHost").isArray()) {
      for (int i = 0; i < expect.get("entriesPerHost").size(); i++) {
        assertEquals(
            expect.get("entriesPerHost").get(i).asInt(), entries.getOrDefault(i, 0).intValue());
      }
    }
  }

  private static void lookups(JsonNode expect, Picker picker) {
    SplittableRandom random = new SplittableRandom(1);
    for (JsonNode lookup : expect.path("lookups")) {
      JsonNode rejected = lookup.path("rejectHosts");
      int retries = lookup.path("hostSelectionRetryCount").asInt(0);
      long hash = Cases.unsigned(lookup.get("hash"));
      int picked = picker.pick(Pool.context(hash, random), 0);
      for (int i = 1; i <= retries && rejects(rejected, picked); i++) {
        picked = picker.pick(Pool.context(hash, random), i);
      }
      assertEquals(lookup.get("host").asInt(), picked, lookup.toString());
    }
  }

  private static boolean rejects(JsonNode rejected, int picked) {
    for (JsonNode host : rejected) {
      if (host.asInt() == picked) {
        return true;
      }
    }
    return rejected.asText().equals("all");
  }

  /** The hosts, their shares those of localities where these count; null without any. */
  private static Group<Pool> group(JsonNode testCase) {
    JsonNode weights = testCase.path("localityWeights");
    Map<String, List<Group.Member<Pool>>> byZone = new LinkedHashMap<>();
    for (JsonNode host : testCase.get("hosts")) {
      for (int i = host.path("from").asInt(0); i <= host.path("to").asInt(0); i++) {
        String address =
            host.path("addressTemplate")
                .asText(host.path("address").asText())
                .replace("{i}", i + "");
        int colon = address.lastIndexOf(':');
        Endpoint endpoint =
            new Endpoint(
                address.substring(0, colon),
                Integer.parseInt(address.substring(colon + 1)),
                host.get("weight").asLong(),
                Endpoint.Health.UNKNOWN,
                host.path("hostname").asText(),
                metadata(host));
        byZone
            .computeIfAbsent(host.path("locality").path("zone").asText(), z -> new ArrayList<>())
            .add(new Group.Member<>(new Pool(endpoint), endpoint));
      }
    }
    if (!weights.isMissingNode()) {
      double sum = 0;
      for (JsonNode weight : weights) {
        sum += weight.asInt();
      }
      if (sum == 0) {
        return null;
      }
      byZone.keySet().removeIf(zone -> weights.get(zone).asInt() == 0);
    }
    List<Group.Member<Pool>> members = byZone.values().stream().flatMap(List::stream).toList();
    if (members.isEmpty()) {
      return null;
    }
    if (weights.isMissingNode()) {
      return Group.flat(members);
    }
    double sum = 0;
    for (JsonNode weight : weights) {
      sum += weight.asInt();
    }
    double[] shares = new double[members.size()];
    int at = 0;
    for (Map.Entry<String, List<Group.Member<Pool>>> zone : byZone.entrySet()) {
      Group.addShares(zone.getValue(), weights.get(zone.getKey()).asInt() / sum, shares, at);
      at += zone.getValue().size();
    }
    return new Group<>(members, shares);
  }

  private static Map<String, Map<String, Object>> metadata(JsonNode host) {
    JsonNode key = host.path("metadata").path("envoy.lb").path("hash_key");
    Map<String, Map<String, Object>> metadata = new HashMap<>();
    if (!key.isMissingNode()) {
      metadata.put("envoy.lb", Map.of("hash_key", key.asText()));
    }
    return metadata;
  }

  private static void priorityLoad(JsonNode testCase) {
    List<PriorityLoad.Tier> tiers = new ArrayList<>();
    int overprovisioning = 140;
    for (JsonNode priority : testCase.get("priorities")) {
      overprovisioning = priority.get("overprovisioningFactor").asInt();
      tiers.add(tier(priority));
    }
    PriorityLoad load =
        PriorityLoad.of(tiers, overprovisioning, testCase.get("panicThreshold").asDouble());
    JsonNode expect = testCase.get("expect");
    if (expect.has("healthyLoad")) {
      assertArrayEquals(
          Cases.ints(expect.get("healthyLoad")),
          IntStream.range(0, load.count()).map(load::healthy).toArray());
    }
    if (expect.has("degradedLoad")) {
      assertArrayEquals(
          Cases.ints(expect.get("degradedLoad")),
          IntStream.range(0, load.count()).map(load::degraded).toArray());
    }
    expect
        .path("healthyLoadOf")
        .properties()
        .forEach(
            e -> assertEquals(e.getValue().asInt(), load.healthy(Integer.parseInt(e.getKey()))));
    for (int i = 0; i < expect.path("panic").size(); i++) {
      assertEquals(expect.get("panic").get(i).asBoolean(), load.panic(i), "panic of " + i);
    }
  }

  private static boolean excludes(JsonNode testCase) {
    for (JsonNode priority : testCase.get("priorities")) {
      if (priority.get("excluded").asInt() > 0) {
        return true;
      }
    }
    return false;
  }

  /** Healthy hosts first, then degraded ones. */
  private static PriorityLoad.Tier tier(JsonNode priority) {
    int healthy = priority.get("healthy").asInt();
    int degraded = priority.get("degraded").asInt();
    int hosts = priority.get("hosts").asInt();
    if (!priority.path("weightedPriorityHealth").asBoolean()) {
      return PriorityLoad.Tier.of(hosts, healthy, degraded);
    }
    int[] weights = Cases.ints(priority.get("hostWeights"));
    return new PriorityLoad.Tier(
        hosts,
        healthy,
        degraded,
        sum(weights, 0, weights.length),
        sum(weights, 0, healthy),
        sum(weights, healthy, healthy + degraded));
  }

  private static long sum(int[] numbers, int from, int to) {
    long sum = 0;
    for (int i = from; i < to; i++) {
      sum += numbers[i];
    }
    return sum;
  }

  private static void localityTurns(JsonNode testCase) {
    double over = testCase.path("overprovisioningFactor").asInt(140) / 100.0;
    List<Double> weights = new ArrayList<>();
    for (JsonNode locality : testCase.get("localities")) {
      int hosts = locality.get("hosts").asInt() - locality.path("excluded").asInt();
      double healthy = locality.get("healthy").asDouble() / hosts;
      weights.add(locality.get("weight").asInt() * Math.min(1, over * healthy));
    }
    int[] order = Schedule.of(weights.stream().mapToDouble(Double::doubleValue).toArray());
    JsonNode expect = testCase.get("expect");
    for (int i = 0; i < expect.path("picks").size(); i++) {
      assertEquals(expect.get("picks").get(i).asInt(), order[i % order.length]);
    }
    if (expect.has("pickCountsOf100")) {
      int[] counts = new int[weights.size()];
      for (int i = 0; i < 100; i++) {
        counts[order[i % order.length]]++;
      }
      assertArrayEquals(Cases.ints(expect.get("pickCountsOf100")), counts);
    }
  }

  private static void roundRobinTurns(JsonNode testCase) {
    double[] weights = new double[testCase.get("hosts").size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = testCase.get("hosts").get(i).get("weight").asDouble();
    }
    int[] order = Schedule.of(weights);
    JsonNode picks = testCase.get("expect").get("picks");
    int start = testCase.path("seed").asInt(0);
    for (int i = 0; i < picks.size(); i++) {
      assertEquals(picks.get(i).asInt(), order[(start + i) % order.length]);
    }
  }

  @TestFactory
  Stream<DynamicTest> failover() {
    return Cases.of("priority-locality")
        .filter(c -> c.get("kind").asText().equals("priority-failover"))
        .map(c -> DynamicTest.dynamicTest(c.get("name").asText(), () -> failover(c)));
  }

  /** The draw 0 falls into the first percent. */
  private static void failover(JsonNode testCase) {
    EndpointSelector<Pool> selector = Selectors.ofPriorities(testCase);
    Pool picked =
        selector.pick(
            Pool.context(
                0,
                new java.util.Random(0) {
                  @Override
                  public long nextLong() {
                    return 0;
                  }
                }));
    JsonNode host = testCase.get("expect").get("host");
    if (host.isNull()) {
      assertNull(picked);
    } else {
      assertEquals(host.asText(), Pool.address(picked));
    }
  }
}
