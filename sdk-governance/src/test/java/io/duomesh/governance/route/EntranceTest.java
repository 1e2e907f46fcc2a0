package io.duomesh.governance.route;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.duomesh.traffic.Listener;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.traffic.WeightedCluster;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which chain of a listener takes a call, by its destination. */
class EntranceTest {
  private static Listener.FilterChain chain(String name, int port, String... ranges) {
    return new Listener.FilterChain(
        name,
        new Listener.Match(port, List.of(ranges), List.of(), "", List.of()),
        Listener.HttpRoutes.named(name));
  }

  private static String chosen(String authority, Listener.FilterChain... chains) {
    Listener listener = new Listener("l", "0.0.0.0", 80, List.of(chains), chain("default", 0));
    TrafficSnapshot snapshot =
        new TrafficSnapshot("1", Map.of("l", listener), Map.of(), Map.of(), Map.of(), null);
    Entrance entrance = Entrance.of(snapshot, authority);
    return entrance == null ? "" : entrance.chain().name();
  }

  @Test
  void chainOfAnotherPortIsNoChoice() {
    assertEquals("any", chosen("svc", chain("other", 81), chain("any", 0)));
    assertEquals("own", chosen("svc", chain("any", 0), chain("own", 80)));
    assertEquals("default", chosen("svc", chain("other", 81)));
  }

  @Test
  void portWithoutListenerGoesToTheChainThatNamesIt() {
    assertEquals("named", chosen("svc:9090", chain("any", 0), chain("named", 9090)));
    assertEquals("", chosen("svc:9091", chain("any", 0), chain("named", 9090)));
  }

  @Test
  void addressChoosesTheLongestRangeThatHoldsIt() {
    Listener.FilterChain[] chains = {
      chain("any", 0), chain("wide", 0, "10.0.0.0/8"), chain("narrow", 0, "10.1.0.0/16", "::1/128")
    };
    assertEquals("narrow", chosen("10.1.2.3", chains));
    assertEquals("wide", chosen("10.2.2.3", chains));
    assertEquals("any", chosen("11.2.2.3", chains));
  }

  @Test
  void portCountsMoreThanAddress() {
    assertEquals("port", chosen("10.1.2.3", chain("range", 0, "10.1.2.3/32"), chain("port", 80)));
  }

  private static Listener tcp(String address, String host) {
    Listener.FilterChain chain =
        new Listener.FilterChain(
            address,
            Listener.Match.ANY,
            new Listener.TcpProxy(List.of(WeightedCluster.of("outbound|80||stays.demo", 1))));
    return new Listener(address, address, 80, List.of(chain), null, Set.of(host));
  }

  @Test
  void hostsOfAnAddressSayMoreThanWhereItsConnectionsGo() {
    TrafficSnapshot snapshot =
        new TrafficSnapshot(
            "1",
            Map.of("a", tcp("10.0.0.1", "moved.demo"), "b", tcp("10.0.0.2", "stays.demo")),
            Map.of(),
            Map.of(),
            Map.of(),
            null);
    assertEquals("10.0.0.1", Entrance.of(snapshot, "moved.demo:80").chain().name());
    assertEquals("10.0.0.1", Entrance.of(snapshot, "moved:80").chain().name());
    assertEquals("10.0.0.2", Entrance.of(snapshot, "stays.demo:80").chain().name());
  }

  @Test
  void nameMayStandForAnAddressOfAnyRange() {
    assertEquals("range", chosen("svc", chain("range", 0, "10.0.0.0/8")));
  }
}
