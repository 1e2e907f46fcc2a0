package io.duomesh.governance.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duomesh.Metadata;
import io.duomesh.traffic.ClusterSelector;
import io.duomesh.traffic.HeaderMatcher;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.RouteMatch;
import io.duomesh.traffic.VirtualHost;
import io.duomesh.traffic.WeightedCluster;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouteTableTest {
  private static final Route V2 =
      Route.of(
          "pinned",
          RouteMatch.prefix("/", HeaderMatcher.exact("x-version", "2")),
          RouteAction.Forward.to("v2"));
  private static final Route SPLIT =
      Route.of(
          "split",
          RouteMatch.prefix("/demo.Orders/"),
          RouteAction.Forward.to(
              ClusterSelector.weighted(
                  WeightedCluster.of("v1", 90), WeightedCluster.of("v2", 10))));
  private static final RouteTable TABLE =
      RouteTable.compile(
          RouteConfiguration.of(
              "demo", VirtualHost.of("orders", List.of("orders", "*.orders"), V2, SPLIT)));

  record Head(String authority, String path, Metadata headers) implements RequestHead {
    @Override
    public int size() {
      return headers.size();
    }

    @Override
    public String name(int index) {
      return headers.name(index);
    }

    @Override
    public String value(int index) {
      return headers.value(index);
    }
  }

  private static String cluster(Metadata headers, long random) {
    Head head = new Head("ORDERS", "/demo.Orders/get", headers);
    RouteChoice choice = TABLE.route(head, random);
    assertSame(
        choice, TABLE.candidates(head.authority(), head.path()).match(head, random), "candidates");
    return choice.cluster(head);
  }

  @Test
  void weightsDivideTheRandomNumber() {
    assertEquals("v1", cluster(Metadata.EMPTY, 89));
    assertEquals("v2", cluster(Metadata.EMPTY, 90));
    assertEquals("v1", cluster(Metadata.EMPTY, 100));
  }

  @Test
  void firstRouteThatMatchesIsTaken() {
    assertEquals("v2", cluster(Metadata.of("X-Version", "2"), 0));
  }

  @Test
  void requestWithoutHostOrRouteHasNoAction() {
    RouteChoice noHost = TABLE.route(new Head("other", "/", Metadata.EMPTY), 0);
    assertNull(noHost.virtualHost());
    assertNull(noHost.action());
    RouteChoice noRoute = TABLE.route(new Head("a.orders", "/x", Metadata.EMPTY), 0);
    assertNotNull(noRoute.virtualHost());
    assertNull(noRoute.action());
  }

  @Test
  void headWithoutChangesGoesOnAsItIs() {
    Head head = new Head("orders", "/demo.Orders/get", Metadata.EMPTY);
    RouteChoice choice = TABLE.route(head, 0);
    assertSame(head, choice.upstream(head));
    assertEquals(15_000, choice.timeoutMillis(head));
  }

  @Test
  void explanationNamesEveryRouteTried() {
    List<String> why = TABLE.explain(new Head("orders", "/demo.Orders/get", Metadata.EMPTY), 0);
    assertEquals(
        List.of(
            "authority orders: virtual host orders",
            "route pinned: no, only where header x-version is \"2\"",
            "route split: yes, path starts with /demo.Orders/"),
        why);
  }

  @Test
  void domainInTwoHostsIsRefused() {
    RouteConfiguration twice =
        RouteConfiguration.of(
            "twice",
            VirtualHost.of("a", List.of("x.com"), V2),
            VirtualHost.of("b", List.of("X.com"), V2));
    assertThrows(IllegalArgumentException.class, () -> RouteTable.compile(twice));
  }
}
