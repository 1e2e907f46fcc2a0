package io.duomesh.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class RuntimeSettingsTest {
  @Test
  void defaultsAreThoseOfTheMetadata() {
    Map<String, String> settings = settings(Map.of());
    assertEquals("proxyless", settings.get("duomesh.mode"));
    assertEquals("wait", settings.get("duomesh.startup"));
    assertEquals("PT15S", settings.get("duomesh.startup-timeout"));
    assertEquals("12200", settings.get("duomesh.server.port"));
    assertEquals("PT10S", settings.get("duomesh.server.drain-timeout"));
    assertEquals("16777216", settings.get("duomesh.transport.max-message-size"));
    assertFalse(settings.containsKey("duomesh.application"));
    assertFalse(settings.containsKey("duomesh.server.executor"));
    assertFalse(settings.containsKey("duomesh.xds.server"));
  }

  @Test
  void anySpellingOfAKnownPropertyIsUnderstood() {
    Map<String, String> settings =
        settings(
            Map.of(
                "duomesh.startupTimeout", "2s",
                "duomesh.client.default_scheme", "static"));
    assertEquals("PT2S", settings.get("duomesh.startup-timeout"));
    assertEquals("static", settings.get("duomesh.client.default-scheme"));
  }

  @Test
  void treeOfNodeMetadataBecomesJson() {
    Map<String, String> settings =
        settings(
            Map.of(
                "duomesh.xds.node.metadata.LABELS[app.kubernetes.io/name]", "sh\"op",
                "duomesh.xds.node.metadata.ports[0]", 80,
                "duomesh.xds.node.metadata.ports[1]", 81));
    assertTrue(
        Set.of(
                "{\"LABELS\":{\"app.kubernetes.io/name\":\"sh\\\"op\"},\"ports\":[80,81]}",
                "{\"ports\":[80,81],\"LABELS\":{\"app.kubernetes.io/name\":\"sh\\\"op\"}}")
            .contains(settings.get("duomesh.xds.node.metadata")),
        settings.get("duomesh.xds.node.metadata"));
  }

  @Test
  void nodeMetadataMayBeJsonAlready() {
    String json = "{\"GENERATOR\":\"grpc\"}";
    assertEquals(
        json, settings(Map.of("duomesh.xds.node.metadata", json)).get("duomesh.xds.node.metadata"));
  }

  @Test
  void unknownPropertyIsHandedOnAsWritten() {
    Map<String, String> settings =
        settings(
            Map.of(
                "duomesh.client.orders.prod.protocol", "bolt",
                "duomesh.client[orders:12200].protocol", "bolt",
                "duomesh.static.orders:12200", "127.0.0.1:1",
                "duomesh.some-extension.key", "${other}",
                "other", "value",
                "duo.mesh", "no"));
    assertEquals("bolt", settings.get("duomesh.client.orders.prod.protocol"));
    assertEquals("bolt", settings.get("duomesh.client.orders:12200.protocol"));
    assertEquals("127.0.0.1:1", settings.get("duomesh.static.orders:12200"));
    assertEquals("value", settings.get("duomesh.some-extension.key"));
    assertFalse(settings.containsKey("duo.mesh"));
  }

  @Test
  void listIsJoinedInItsOrder() {
    Map<String, String> settings =
        settings(
            Map.of(
                "duomesh.serialization.allow[1]", "b.B",
                "duomesh.serialization.allow[0]", "a.*",
                "duomesh.more[0]", "x",
                "duomesh.more[1]", "y"));
    assertEquals("a.*,b.B", settings.get("duomesh.serialization.allow"));
    assertEquals("x,y", settings.get("duomesh.more"));
  }

  @Test
  void applicationIsNamedAsInSpringUnlessSaidOtherwise() {
    assertEquals(
        "shop", settings(Map.of("spring.application.name", "shop")).get("duomesh.application"));
    assertEquals(
        "front",
        settings(Map.of("spring.application.name", "shop", "duomesh.application", "front"))
            .get("duomesh.application"));
  }

  @Test
  void drainIsBoundedByTheShutdownPhase() {
    Map<String, String> settings =
        settings(
            Map.of(
                "duomesh.server.drain-timeout", "40s",
                "spring.lifecycle.timeout-per-shutdown-phase", "20s"));
    assertEquals("PT20S", settings.get("duomesh.server.drain-timeout"));
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void virtualThreadsFollowSpringsProperty() {
    Map<String, String> virtual = Map.of("spring.threads.virtual.enabled", "true");
    assertEquals("virtual", settings(virtual).get("duomesh.server.executor"));
  }

  @Test
  void ownPropertyOutranksSpringsVirtualThreads() {
    assertEquals(
        "platform",
        settings(
                Map.of(
                    "spring.threads.virtual.enabled", "true",
                    "duomesh.server.executor", "platform"))
            .get("duomesh.server.executor"));
  }

  private static Map<String, String> settings(Map<String, ?> properties) {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(new MapPropertySource("test", new HashMap<>(properties)));
    ConfigurationPropertySources.attach(environment);
    DuomeshProperties bound =
        Binder.get(environment).bindOrCreate("duomesh", DuomeshProperties.class);
    return DuomeshAutoConfiguration.settings(bound, environment);
  }
}
