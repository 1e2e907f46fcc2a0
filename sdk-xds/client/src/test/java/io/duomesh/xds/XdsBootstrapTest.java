package io.duomesh.xds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Settings;
import io.duomesh.xds.proto.envoy.config.core.v3.Node;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who and where the control plane is, from settings and from gRPC's bootstrap. */
final class XdsBootstrapTest {
  private static XdsBootstrap of(String... keysAndValues) {
    Map<String, String> settings = new HashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      settings.put("duomesh.xds." + keysAndValues[i], keysAndValues[i + 1]);
    }
    return XdsBootstrap.of(Settings.of(settings));
  }

  private static final String GRPC =
      """
      {
        "xds_servers": [{
          "server_uri": "dns:///istiod.istio-system.svc:15010",
          "channel_creds": [{"type": "google_default"}, {"type": "insecure"}],
          "server_features": ["xds_v3"]
        }],
        "node": {
          "id": "sidecar~10.0.0.1~pod.ns~ns.svc.cluster.local",
          "metadata": {"GENERATOR": "grpc", "INSTANCE_IPS": "10.0.0.1"},
          "locality": {"zone": "z"}
        },
        "authorities": {"other": {}},
        "client_default_listener_resource_name_template": "listener/%s/v1"
      }
      """;

  @Test
  void bootstrapOfGrpcIsReadAsItIs() throws Exception {
    XdsBootstrap bootstrap = of("bootstrap", GRPC);
    assertEquals("istiod.istio-system.svc:15010", bootstrap.server());
    assertNull(bootstrap.tls());
    assertEquals("sidecar~10.0.0.1~pod.ns~ns.svc.cluster.local", bootstrap.nodeId());
    assertFalse(bootstrap.wildcard());
    assertFalse(bootstrap.incremental());
    Node node = Node.parseFrom(bootstrap.node());
    assertEquals("z", node.getLocality().getZone());
    assertEquals("duomesh", node.getUserAgentName());
  }

  @Test
  void listenerTemplateIsFilledAndReadBack() {
    XdsBootstrap bootstrap = of("bootstrap", GRPC);
    assertEquals("listener/echo:80/v1", bootstrap.names().ofTarget("echo:80"));
    assertEquals("echo:80", bootstrap.names().target("listener/echo:80/v1"));
    assertEquals("something", bootstrap.names().target("something"));
  }

  @Test
  void serversAskByTheTemplateOfTheBootstrapElseAsIstioHasIt() {
    String template = "\"server_listener_resource_name_template\": \"server/%s\", \"xds_servers\"";
    ListenerNames names = of("bootstrap", GRPC.replace("\"xds_servers\"", template)).names();
    assertEquals("server/0.0.0.0:80", names.ofServer("0.0.0.0:80"));
    assertTrue(names.isServer("server/[::]:80"));
    assertEquals(80, names.serverPort("server/[::]:80"));
    assertFalse(names.isServer("server/echo:80"));
    assertEquals(
        "xds.istio.io/grpc/lds/inbound/0.0.0.0:80",
        of("bootstrap", GRPC).names().ofServer("0.0.0.0:80"));
    assertNull(of("server", "a:1").names().ofServer("0.0.0.0:80"));
  }

  @Test
  void singleSettingsWin() throws Exception {
    XdsBootstrap bootstrap =
        of(
            "bootstrap", GRPC,
            "server", "127.0.0.1:1",
            "node.id", "me",
            "node.cluster", "app",
            "node.locality", "cn/a/r1",
            "node.metadata", "{\"NAMESPACE\": \"demo\"}",
            "stream", "sidecar-sotw");
    Node node = Node.parseFrom(bootstrap.node());
    assertEquals("127.0.0.1:1", bootstrap.server());
    assertEquals("me", node.getId());
    assertEquals("app", node.getCluster());
    assertEquals("r1", node.getLocality().getSubZone());
    assertEquals("demo", node.getMetadata().getFieldsOrThrow("NAMESPACE").getStringValue());
    assertEquals("grpc", node.getMetadata().getFieldsOrThrow("GENERATOR").getStringValue());
    assertTrue(bootstrap.wildcard());
    assertFalse(bootstrap.incremental());
  }

  @Test
  void sidecarNodeAsksAsSidecarsDo() {
    XdsBootstrap bootstrap = of("server", "a:1", "node.id", "sidecar~1.2.3.4~p.n~n.svc");
    assertTrue(bootstrap.wildcard());
    assertTrue(bootstrap.incremental());
    assertFalse(of("server", "a:1", "node.id", "plain").wildcard());
  }

  @Test
  void tlsComesFromSettingsOrCredentials() {
    assertNotNull(of("server", "a:1", "tls.enabled", "true").tls());
    assertEquals(
        Path.of("ca.pem"), of("server", "a:1", "tls.ca", "ca.pem").tls().trustedCertificates());
    String creds =
        "{\"xds_servers\": [{\"server_uri\": \"a:1\", \"channel_creds\": [{\"type\": \"tls\","
            + " \"config\": {\"ca_certificate_file\": \"root.pem\"}}]}]}";
    assertEquals(Path.of("root.pem"), of("bootstrap", creds).tls().trustedCertificates());
  }

  @Test
  void wrongOnesAreNamed() {
    assertMessage("no control plane", "node.id", "x");
    assertMessage("duomesh.xds.stream: fast", "server", "a:1", "stream", "fast");
    assertMessage("set together", "server", "a:1", "tls.certificate", "c.pem");
    assertMessage(
        "Unix sockets", "bootstrap", "{\"xds_servers\":[{\"server_uri\":\"unix:///x\"}]}");
    assertMessage("no readable bootstrap", "bootstrap", "/no/such/file");
    assertMessage("expected: a JSON object", "server", "a:1", "node.metadata", "[1]");
  }

  private static void assertMessage(String part, String... settings) {
    String message = assertThrows(IllegalArgumentException.class, () -> of(settings)).getMessage();
    assertTrue(message.contains(part), message);
  }
}
