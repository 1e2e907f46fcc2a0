package io.duomesh.examples.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is expected where the mesh was changed by hand. */
class ForecastTest {
  private static final String PIN =
      "match: {prefix: /, headers: [{name: x-version, string_match: {exact: v2}}]}";
  private static final String HALF =
      "runtime_fraction: {default_value: {numerator: 50, denominator: HUNDRED}}";

  @TempDir Path directory;

  private Mesh mesh(String from, String to) throws IOException {
    try (InputStream in = ForecastTest.class.getResourceAsStream("/mesh.yaml")) {
      String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(yaml.contains(from), from);
      Path file = directory.resolve("mesh.yaml");
      return MeshFile.read(Files.writeString(file, yaml.replace(from, to))).mesh();
    }
  }

  private static Map<String, Double> forecast(Mesh mesh, Map<String, String> headers) {
    MeshRoute split = MeshRoute.find(mesh, "orders", "split");
    Map<String, Double> shares = Forecast.ofOrders(split, headers).clusters();
    shares.replaceAll((cluster, share) -> Math.round(share * 1000) / 1000.0);
    return shares;
  }

  @Test
  void weightsNeedNotAddUpToAHundred() throws IOException {
    Mesh mesh = mesh("weight: 90", "weight: 30");
    assertEquals(Map.of("orders-v1", 0.75, "orders-v2", 0.25), forecast(mesh, Map.of()));
  }

  /** The pin takes the numbers 0 to 49, so that of 50 to 99 the split takes 40 for v1. */
  @Test
  void oneNumberDecidesFractionsAndWeights() throws IOException {
    Mesh mesh = mesh(PIN, PIN.replace("]}", "], " + HALF + "}"));
    assertEquals(
        Map.of("orders-v1", 0.4, "orders-v2", 0.6), forecast(mesh, Map.of("x-version", "v2")));
    assertEquals(Map.of("orders-v1", 0.9, "orders-v2", 0.1), forecast(mesh, Map.of()));
  }

  @Test
  void anEarlierRouteTakesItsCalls() throws IOException {
    Mesh mesh = mesh(PIN, "match: {path_separated_prefix: /" + OrderService.class.getName() + "}");
    assertEquals(Map.of("orders-v2", 1.0), forecast(mesh, Map.of()));
    MeshRoute split = MeshRoute.find(mesh, "orders", "split");
    assertEquals("pinned", Forecast.first(split, "place").route().getName());
  }

  @Test
  void endpointsCountByTheirWeightsWithinTheFirstPriority() throws IOException {
    Mesh weighted =
        mesh(
            "[*one, *two]",
            "[*one, {endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 3}}},"
                + " load_balancing_weight: 3}]");
    assertTrue(InstanceShares.of(weighted, "orders-v1").containsValue(0.75));
    Mesh ordered =
        mesh(
            "endpoints: [{lb_endpoints: [*one, *two]}]",
            "endpoints: [{lb_endpoints: [*one]}, {priority: 1, lb_endpoints: [*two]}]");
    assertEquals(1, InstanceShares.of(ordered, "orders-v1").size());
  }

  @Test
  void callsToAClusterWithoutEndpointsAreNamedBeforeTheyAreMade() throws IOException {
    Mesh mesh = mesh("endpoints: [{lb_endpoints: [*three]}]", "endpoints: []");
    MeshRoute split = MeshRoute.find(mesh, "orders", "split");
    StepFailed failed = assertThrows(StepFailed.class, () -> Shares.byVersion(split));
    assertTrue(String.valueOf(failed.getMessage()).contains("orders-v2"), failed.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(alice|bob)-[0-9]+",
        "v[23]",
        "^v2.*$",
        "\\d{3}",
        "(?:a|b)?c",
        "[^a]x",
        "a{2,4}",
        "x+?y"
      })
  void aTextIsFoundForARegularExpression(String regex) {
    assertTrue(Pattern.matches(regex, RegexExample.of(regex)), regex);
  }

  @Test
  void noTextIsFoundForOneThatIsNone() {
    assertNull(RegexExample.of("(v2"));
  }

  @Test
  void anInvertedMatcherWantsAnotherValueOrNone() {
    HeaderMatcher other =
        HeaderMatcher.newBuilder()
            .setName("x")
            .setStringMatch(StringMatcher.newBuilder().setExact("v1"))
            .setInvertMatch(true)
            .build();
    assertEquals(true, HeaderRule.matches(other, "v2"));
    assertEquals(false, HeaderRule.matches(other, "v1"));
    assertEquals(false, HeaderRule.matches(other, null));
    HeaderMatcher absent =
        HeaderMatcher.newBuilder().setName("x").setPresentMatch(true).setInvertMatch(true).build();
    assertEquals(true, HeaderRule.matches(absent, null));
    HeaderMatcher regex =
        HeaderMatcher.newBuilder()
            .setName("x")
            .setStringMatch(
                StringMatcher.newBuilder().setSafeRegex(RegexMatcher.newBuilder().setRegex("v.")))
            .build();
    assertEquals(true, HeaderRule.matches(regex, "v2"));
    assertEquals(false, HeaderRule.matches(regex, "v22"));
  }
}
