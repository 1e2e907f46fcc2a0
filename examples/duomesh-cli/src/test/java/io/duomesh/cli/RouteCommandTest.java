package io.duomesh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code route} with input as people and machines really give it. */
class RouteCommandTest {
  private static final String ROUTES =
      """
      - "@type": type.googleapis.com/envoy.config.route.v3.RouteConfiguration
        name: r
        virtual_hosts:
        - name: v
          domains: ["*"]
          routes:
          - name: users
            match: {prefix: "/u"}
            route: {cluster: users}
          - name: shared
            match: {prefix: ""}
            route:
              weighted_clusters:
                clusters: [{name: a, weight: 1}, {name: b, weight: 1}]
      """;

  @TempDir Path folder;

  private Run route(String xds, String requests) throws IOException {
    return route(xds, requests.getBytes(StandardCharsets.UTF_8));
  }

  private Run route(String xds, byte[] requests) throws IOException {
    Path resources = Files.writeString(folder.resolve("xds.yaml"), xds);
    Path asked = Files.write(folder.resolve("requests.jsonl"), requests);
    return Run.of("route", "--xds", resources.toString(), "--requests", asked.toString());
  }

  private List<JsonObject> answers(String xds, String requests) throws IOException {
    Run run = route(xds, requests);
    assertEquals(0, run.exit(), run.err());
    return run.out().lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
  }

  private static String cluster(JsonObject answer) {
    return answer.get("cluster").getAsString();
  }

  @Test
  void lineThatIsNoRequestIsRefusedAloneAndInItsPlace() throws IOException {
    List<JsonObject> answers =
        answers(
            ROUTES,
            """
            {"path": "/u/1"}
            {"path": "/u/2"
            [1, 2]
            {"path": "/x", "headers": [["only-a-name"]]}
            {"path": "/x", "headers": "none"}
            {"path": "/x", "random": "18446744073709551616"}
            {"path": "/x", "random": -1}
            {"path": "/x", "random": "1e9"}
            {"path": "/x", "port": 70000}
            {"path": {"a": 1}}
            {"path": "/u/3"}
            """);
    assertEquals(11, answers.size());
    assertEquals("users", cluster(answers.get(0)));
    assertEquals("users", cluster(answers.get(10)));
    for (int i = 1; i < 10; i++) {
      JsonObject refused = answers.get(i);
      assertEquals(List.of("rejected"), List.copyOf(refused.keySet()), refused.toString());
      String reason = refused.get("rejected").getAsString();
      assertTrue(reason.startsWith("line " + (i + 1) + " is no request: "), reason);
    }
  }

  @Test
  void refusedListenerIsKnownByItsPort() throws IOException {
    String listeners =
        """
        - "@type": type.googleapis.com/envoy.config.listener.v3.Listener
          name: good
          address: {socket_address: {address: 0.0.0.0, port_value: 1001}}
          filter_chains:
          - filters:
            - name: proxy
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                stat_prefix: s
                cluster: c
        - "@type": type.googleapis.com/envoy.config.listener.v3.Listener
          name: bad
          address: {socketAddress: {address: 0.0.0.0, portValue: 1002}}
        """;
    List<JsonObject> answers =
        answers(
            listeners,
            """
            {"path": "/x", "port": 1001}
            {"path": "/x", "port": 1002}
            {"path": "/x", "authority": "a:1002"}
            {"path": "/x", "port": 1003}
            """);
    assertEquals("c", cluster(answers.get(0)));
    assertTrue(answers.get(1).has("rejected"), answers.get(1).toString());
    assertTrue(answers.get(2).has("rejected"), answers.get(2).toString());
    assertTrue(answers.get(3).get("cluster").isJsonNull());
  }

  @Test
  void emptyLinesByteOrderMarksAndCarriageReturnsAreNothing() throws IOException {
    List<JsonObject> answers =
        answers(
            "\uFEFF" + ROUTES.replace("\n", "\r\n"),
            "\uFEFF{\"path\": \"/u\"}\r\n\r\n   \r\n{\"path\": \"/u\"}\r\n\n");
    assertEquals(2, answers.size());
    answers.forEach(answer -> assertEquals("users", cluster(answer)));
  }

  @Test
  void randomIsUnsignedAsANumberOrAsText() throws IOException {
    List<JsonObject> answers =
        answers(
            ROUTES,
            """
            {"path": "/x", "random": 18446744073709551615}
            {"path": "/x", "random": "18446744073709551615"}
            {"path": "/x", "random": "9223372036854775808"}
            {"path": "/x", "random": 9223372036854775809}
            {"path": "/x"}
            """);
    assertEquals(
        List.of("b", "b", "a", "b", "a"), answers.stream().map(RouteCommandTest::cluster).toList());
  }

  @Test
  void headersMayBePairsWithRepeats() throws IOException {
    JsonObject answer =
        answers(ROUTES, "{\"headers\": [[\"X-A\", \"1\"], [\"x-b\", \"2\"], [\"x-a\", \"3\"]]}")
            .get(0);
    assertEquals(
        "[[\"x-a\",\"1\"],[\"x-b\",\"2\"],[\"x-a\",\"3\"]]",
        answer.get("requestHeaders").toString());
  }

  @Test
  void requestsThatAreNotTextAreAFileThatCannotBeRead() throws IOException {
    Run run = route(ROUTES, new byte[] {'{', '"', (byte) 0xC3, (byte) 0x28, '"', '}', '\n'});
    assertEquals(1, run.exit());
    assertTrue(run.err().contains("it is not UTF-8"), run.err());
  }

  @Test
  void anchorsAndMergesOfYamlAreRead() throws IOException {
    List<JsonObject> answers =
        answers(
            """
            common: &common
              prefix: "/u"
            resources:
            - "@type": type.googleapis.com/envoy.config.route.v3.RouteConfiguration
              name: r
              virtual_hosts:
              - name: v
                domains: ["*"]
                routes:
                - &first
                  name: first
                  match: *common
                  route: {cluster: users}
                - <<: *first
                  name: second
                  match: {prefix: "/"}
            """,
            "{\"path\": \"/u\"}\n{\"path\": \"/x\"}");
    assertEquals("first", answers.get(0).get("route").getAsString());
    assertEquals("second", answers.get(1).get("route").getAsString());
    assertEquals("users", cluster(answers.get(1)));
  }

  @Test
  void nothingThatIsNotInForceCountsInADump() throws IOException {
    String listener =
        """
        {"@type": "type.googleapis.com/envoy.config.listener.v3.Listener", "name": "in_80",
         "address": {"socketAddress": {"address": "0.0.0.0", "portValue": 80}},
         "filterChains": [{"filters": [{"name": "hcm", "typedConfig": {
           "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
           "statPrefix": "x",
           "httpFilters": [{"name": "r", "typedConfig": {
             "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],
           "routeConfig": {"name": "%s", "virtualHosts": [{"name": "v", "domains": ["*"],
             "routes": [{"match": {"prefix": ""}, "route": {"cluster": "%s"}}]}]}}}]}]}
        """;
    String dump =
        """
        {"configs": [{"@type": "type.googleapis.com/envoy.admin.v3.ListenersConfigDump",
          "dynamicListeners": [{"name": "in_80",
            "activeState": {"listener": %s}, "warmingState": {"listener": %s},
            "drainingState": {"listener": %s},
            "errorState": {"failedConfiguration": %s, "details": "no such thing"}}]}]}
        """
            .formatted(
                listener.formatted("r", "active"),
                listener.formatted("r", "warming"),
                listener.formatted("r", "draining"),
                listener.formatted("r", "failed").replace("\"prefix\": \"\"", "\"nothing\": 1"));
    List<JsonObject> answers = answers(dump, "{\"path\": \"/x\", \"port\": 80}");
    assertEquals("active", cluster(answers.get(0)));
  }

  @Test
  void brokenResourceIsRefusedAloneOfSeveral() throws IOException {
    String broken =
        """
        - "@type": type.googleapis.com/envoy.config.route.v3.RouteConfiguration
          name: broken
          virtual_hosts:
          - {name: v, domains: ["*"], routes: [{match: {safe_regex: {regex: "("}}, route: {cluster: a}}]}
        """;
    List<JsonObject> answers =
        answers(
            ROUTES + broken,
            "{\"path\": \"/u\", \"routeConfig\": \"r\"}\n{\"routeConfig\": \"broken\"}");
    assertEquals("users", cluster(answers.get(0)));
    assertEquals(List.of("rejected"), List.copyOf(answers.get(1).keySet()));
  }

  @Test
  void answersThousandsInSeconds() throws IOException {
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      requests
          .append("{\"path\": \"/u/")
          .append(i)
          .append("\", \"random\": ")
          .append(i)
          .append("}\n");
    }
    Run run = route(ROUTES, requests.toString());
    assertEquals(0, run.exit(), run.err());
    assertEquals(20_000, run.out().lines().count());
    assertFalse(run.out().contains("rejected"));
  }
}
