package io.duomesh.discovery;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Settings;
import io.duomesh.spi.TrafficSource;
import io.duomesh.spi.TrafficSourceProvider;
import io.duomesh.traffic.CircuitBreakers;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.TrafficSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaticTrafficSourceTest {
  private static final String LIST = "127.0.0.1:8080,[::1]:8081";

  @Test
  void listInTheTargetBecomesItsEndpoints() {
    try (SourceHarness harness = new SourceHarness(source(Map.of()), LIST)) {
      await().until(() -> harness.addresses(LIST) != null);
      assertEquals(List.of("127.0.0.1:8080", "[::1]:8081"), harness.addresses(LIST));
      TrafficSnapshot snapshot = harness.newest();
      ClusterSpec cluster = snapshot.clusters().get(LIST);
      assertEquals(CircuitBreakers.WIDE, cluster.circuitBreakers());
      assertNull(cluster.protocol(), "the target's setting decides");
      Listener listener = snapshot.listeners().get(LIST);
      assertNull(listener.address(), "an API listener");
      Listener.HttpRoutes routes = (Listener.HttpRoutes) listener.defaultChain().action();
      RouteAction.Forward forward =
          (RouteAction.Forward) routes.inline().virtualHosts().get(0).routes().get(0).action();
      assertEquals(Duration.ZERO, forward.timeouts().timeout(), "only the caller's time counts");
      assertNull(forward.retryPolicy());
    }
  }

  @Test
  void serviceIsFoundInSettingsAndFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("services.yaml");
    Files.writeString(
        file,
        "com.acme.Stock:\n  - address: 10.0.0.3:12200\n    weight: 2\n  - 10.0.0.4:12200\n"
            + "com.acme.Text: 10.0.0.5:1,10.0.0.6:2\n");
    Map<String, String> settings =
        Map.of(
            "duomesh.static.com.acme.Orders",
            "10.0.0.1:12200, 10.0.0.2:12200",
            "duomesh.static.file",
            file.toString());
    try (SourceHarness harness =
        new SourceHarness(source(settings), "com.acme.Orders", "com.acme.Stock")) {
      await().until(() -> harness.addresses("com.acme.Stock") != null);
      assertEquals(
          List.of("10.0.0.1:12200", "10.0.0.2:12200"), harness.addresses("com.acme.Orders"));
      assertEquals(
          2,
          harness
              .newest()
              .endpoints()
              .get("com.acme.Stock")
              .localities()
              .get(0)
              .endpoints()
              .get(0)
              .weight());
      ClusterSpec before = harness.newest().clusters().get("com.acme.Orders");
      harness.want("com.acme.Text");
      await().until(() -> harness.addresses("com.acme.Text") != null);
      assertEquals(List.of("10.0.0.5:1", "10.0.0.6:2"), harness.addresses("com.acme.Text"));
      assertSame(before, harness.newest().clusters().get("com.acme.Orders"));
    }
  }

  @Test
  void unknownServiceIsAnEmptyClusterAndSaysWhatToSet() {
    List<String> problems = new CopyOnWriteArrayList<>();
    TrafficSource source =
        new StaticTrafficSource(new StaticLists(Settings.of(Map.of())), problems::add);
    try (SourceHarness harness = new SourceHarness(source, "com.acme.Nobody")) {
      await().until(() -> harness.addresses("com.acme.Nobody") != null);
      assertEquals(List.of(), harness.addresses("com.acme.Nobody"));
      String message = problems.get(0);
      assertTrue(message.contains("duomesh.static.com.acme.Nobody="), message);
    }
  }

  @Test
  void addressWithoutPortIsRefusedWithItsForm() {
    for (String wrong : List.of("a", "a:", "a:0", "a:65536", "a:b", ":1", "::1:80", "[]:1")) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> HostPort.of(wrong, "target t"));
      assertTrue(e.getMessage().startsWith("target t: " + wrong), e.getMessage());
    }
  }

  @Test
  void unreadableFileIsRefusedWithItsSetting(@TempDir Path folder) throws IOException {
    Path list = Files.writeString(folder.resolve("list.yaml"), "- a\n");
    Path broken = Files.writeString(folder.resolve("broken.yaml"), "a: [");
    Path weight = Files.writeString(folder.resolve("w.yaml"), "a: [{address: 'h:1', weight: 0}]");
    for (Path file : List.of(folder.resolve("missing.yaml"), list, broken, weight)) {
      Map<String, String> settings = Map.of("duomesh.static.file", file.toString());
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> source(settings));
      assertTrue(e.getMessage().startsWith("duomesh.static.file"), e.getMessage());
    }
  }

  @Test
  void providersAreFoundByScheme() {
    List<String> schemes =
        ServiceLoader.load(TrafficSourceProvider.class).stream()
            .map(provider -> provider.get().scheme())
            .toList();
    assertTrue(schemes.containsAll(List.of("static", "dns")), schemes.toString());
  }

  private static TrafficSource source(Map<String, String> settings) {
    return new StaticTrafficSourceProvider().create(Settings.of(settings));
  }
}
