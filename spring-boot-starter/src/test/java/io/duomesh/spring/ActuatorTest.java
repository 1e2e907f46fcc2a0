package io.duomesh.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.reset;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.duomesh.Duomesh;
import io.duomesh.Explanation;
import io.duomesh.MeshState;
import io.duomesh.Metadata;
import io.duomesh.Mode;
import io.duomesh.Status;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;

/** The actuator over HTTP, as an operator meets it. */
class ActuatorTest {
  private static final String UNRESTRICTED = "--management.endpoint.duomesh.access=unrestricted";
  private static final Duomesh duomesh = mock(Duomesh.class);

  /** A context per set of arguments: what differs from test to test is the runtime's state. */
  private static final Map<List<String>, ConfigurableApplicationContext> contexts = new HashMap<>();

  private ConfigurableApplicationContext context;

  @AfterAll
  static void close() {
    contexts.values().forEach(ConfigurableApplicationContext::close);
    contexts.clear();
  }

  @Test
  void endpointTellsWhatTheRuntimeDoes() throws Exception {
    start(true);
    HttpResponse<String> answer = get("/actuator/duomesh");
    assertEquals(200, answer.statusCode(), answer.body());
    for (String part :
        List.of(
            "\"mode\":\"proxyless\"",
            "\"ready\":true",
            "\"source\":\"xds at istiod:15010 as node n1\"",
            "\"snapshotVersion\":\"v7\"",
            "\"services\":[\"io.duomesh.spring.Greeting\"]",
            "\"name\":\"orders\"",
            "\"address\":\"10.0.0.1:80\"")) {
      assertTrue(answer.body().contains(part), answer.body());
    }
  }

  @Test
  void explainAnswersWithTheDecision() throws Exception {
    start(true);
    when(duomesh.explain("orders", "/a.Order/get", Metadata.of("user", "vip", "tier", "1,2"), -1L))
        .thenReturn(
            new Explanation(
                "xds:///orders",
                "l",
                "rc",
                "vh",
                "r2",
                "orders-v2",
                "bolt",
                "10.0.0.1:80",
                null,
                List.of("route r1: header user is vip, not plain", "route r2 matches")));
    HttpResponse<String> answer =
        get(
            "/actuator/duomesh/explain?target=orders&path=/a.Order/get&header=user:vip"
                + "&header=tier:1,2&random=18446744073709551615");
    assertEquals(200, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains("\"cluster\":\"orders-v2\""), answer.body());
    assertTrue(answer.body().contains("route r1: header user is vip, not plain"), answer.body());
  }

  @Test
  void badParameterOfExplainIsTheCallersFault() throws Exception {
    start(true);
    assertEquals(400, get("/actuator/duomesh/explain?target=orders&header=user").statusCode());
    assertEquals(400, get("/actuator/duomesh/explain").statusCode());
    assertEquals(404, get("/actuator/duomesh/elsewhere?target=orders").statusCode());
    verify(duomesh, never()).explain(anyString(), anyString(), any(), anyLong());
  }

  @Test
  void modeIsNotSwitchedUnlessAccessIsUnrestricted() throws Exception {
    start(true);
    assertEquals(405, post("{\"mode\":\"sidecar\"}").statusCode());
    verify(duomesh, never()).switchTo(any());
  }

  @Test
  void modeIsSwitchedWhereAccessIsUnrestricted() throws Exception {
    start(true, "--management.health.duomesh.enabled=false", UNRESTRICTED);
    assertEquals(200, post("{\"mode\":\"sidecar\"}").statusCode());
    verify(duomesh).switchTo(eq(Mode.of("sidecar")));
    assertEquals(400, post("{\"mode\":\"elsewhere\"}").statusCode());
  }

  @Test
  void runtimeWithoutConfigurationIsNotReadyYetAlive() throws Exception {
    start(false);
    HttpResponse<String> readiness = get("/actuator/health/readiness");
    assertEquals(503, readiness.statusCode(), readiness.body());
    HttpResponse<String> liveness = get("/actuator/health/liveness");
    assertEquals(200, liveness.statusCode(), liveness.body());
    HttpResponse<String> why = get("/actuator/health/duomesh");
    assertEquals(503, why.statusCode(), why.body());
    assertTrue(why.body().contains("control plane istiod:15010"), why.body());
  }

  @Test
  void readyRuntimeIsReady() throws Exception {
    start(true);
    HttpResponse<String> readiness = get("/actuator/health/readiness");
    assertEquals(200, readiness.statusCode(), readiness.body());
    HttpResponse<String> why = get("/actuator/health/duomesh");
    assertTrue(why.body().contains("\"snapshotVersion\":\"v7\""), why.body());
  }

  @Test
  void healthContributorCanBeSwitchedOff() throws Exception {
    start(false, "--management.health.duomesh.enabled=false", UNRESTRICTED);
    assertEquals(200, get("/actuator/health/readiness").statusCode());
  }

  private void start(boolean ready, String... more) {
    reset(duomesh);
    Status trouble =
        ready ? null : Status.transport(Status.Code.UNAVAILABLE, "control plane istiod:15010");
    when(duomesh.state())
        .thenReturn(
            new MeshState(
                Mode.of("proxyless"),
                ready,
                "xds at istiod:15010 as node n1",
                ready ? "v7" : "",
                trouble,
                0,
                List.of("io.duomesh.spring.Greeting"),
                List.of(
                    new MeshState.Cluster(
                        "orders",
                        "bolt",
                        List.of(
                            new MeshState.EndpointState("10.0.0.1:80", "healthy", "ready", 1))))));
    context = contexts.computeIfAbsent(List.of(more), ActuatorTest::run);
  }

  private static ConfigurableApplicationContext run(List<String> more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--server.port=0",
                "--spring.main.banner-mode=off",
                "--management.endpoints.web.exposure.include=health,duomesh",
                "--management.endpoint.health.probes.enabled=true",
                "--management.endpoint.health.show-details=always"));
    arguments.addAll(more);
    return new SpringApplicationBuilder(Application.class)
        .initializers(
            created ->
                ((GenericApplicationContext) created)
                    .registerBean("duomesh", Duomesh.class, () -> duomesh))
        .run(arguments.toArray(String[]::new));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)).GET());
  }

  private HttpResponse<String> post(String body) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(uri("/actuator/duomesh"))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }

  private URI uri(String path) {
    String port = context.getEnvironment().getRequiredProperty("local.server.port");
    return URI.create("http://127.0.0.1:" + port + path);
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {}
}
