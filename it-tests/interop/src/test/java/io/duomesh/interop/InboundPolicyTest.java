package io.duomesh.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duomesh.Duomesh;
import io.duomesh.RpcException;
import io.duomesh.ServiceOptions;
import io.duomesh.Status;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.xds.XdsFile;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What Istio sends for a service's own side governs its server, whatever protocol a call speaks.
 */
class InboundPolicyTest {
  private static final String TEN = "\"tokenBucket\":{\"maxTokens\":10,\"tokensPerFill\":10,";

  /** What is called. */
  public interface Greeter {
    String greet(String name);
  }

  /** The service's limit as generated, but that tokens do not come back during a test. */
  private static String resources() throws Exception {
    String file = "/istio/ef-local-ratelimit-inbound/inbound.json";
    try (InputStream in =
        Objects.requireNonNull(InboundPolicyTest.class.getResourceAsStream(file), file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.replace("\"fillInterval\":\"1s\"", "\"fillInterval\":\"3600s\"");
    }
  }

  private static Duomesh server(TrafficSnapshot snapshot) {
    Duomesh server =
        Duomesh.builder()
            .traffic(snapshot)
            .set("duomesh.server.port", "0")
            .set("duomesh.server.address", "127.0.0.1")
            .build();
    server.export(Greeter.class, name -> "hello " + name, ServiceOptions.DEFAULT);
    return server.start();
  }

  private static Duomesh client(String protocol) {
    return Duomesh.builder()
        .set("duomesh.client.protocol", protocol)
        .set("duomesh.client.timeout", "10s")
        .build()
        .start();
  }

  private static void assertLimit(int limit, Duomesh server, String protocol) {
    try (Duomesh mesh = client(protocol)) {
      Greeter greeter = mesh.client(Greeter.class, "static://127.0.0.1:" + server.port());
      for (int i = 0; i < limit; i++) {
        assertEquals("hello " + i, greeter.greet(String.valueOf(i)));
      }
      for (int i = 0; i < 2; i++) {
        RpcException over = assertThrows(RpcException.class, () -> greeter.greet("over"));
        assertEquals(Status.Code.UNAVAILABLE, over.status().code(), over.getMessage());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void callsOverTheLimitAreRefused(String protocol) throws Exception {
    try (Duomesh server = server(XdsFile.parse(resources()).snapshot())) {
      assertLimit(10, server, protocol);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void limitOfTheVirtualHostWinsOverThatOfTheListener(String protocol) throws Exception {
    String hosts = resources().replace("\"statPrefix\":\"vh\"," + TEN, hostBucket(3));
    try (Duomesh server = server(XdsFile.parse(hosts).snapshot())) {
      assertLimit(3, server, protocol);
    }
  }

  private static String hostBucket(int tokens) {
    return "\"statPrefix\":\"vh\"," + TEN.replace("10", String.valueOf(tokens));
  }

  @Test
  void anotherSourceOfTargetsDoesNotLiftTheLimit() throws Exception {
    try (Duomesh server = server(XdsFile.parse(resources()).snapshot());
        Duomesh other = server(TrafficSnapshot.EMPTY)) {
      Greeter elsewhere = server.client(Greeter.class, "static://127.0.0.1:" + other.port());
      assertEquals("hello you", elsewhere.greet("you"));
      assertLimit(10, server, "triple");
    }
  }
}
