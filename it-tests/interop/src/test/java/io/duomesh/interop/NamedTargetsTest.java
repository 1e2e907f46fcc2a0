package io.duomesh.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Duomesh;
import io.duomesh.DuomeshBuilder;
import io.duomesh.ResponseFlag;
import io.duomesh.RpcException;
import io.duomesh.ServiceOptions;
import io.duomesh.Status;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Targets that need no control plane, each over a real connection. */
class NamedTargetsTest {
  private final Duomesh server = Duomesh.builder().set("duomesh.server.port", "0").build();

  /** What is called. */
  public interface Greeter {
    String greet(String name);
  }

  @BeforeEach
  void serve() {
    server.export(Greeter.class, name -> "hello " + name, ServiceOptions.DEFAULT);
    server.start();
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void callsReachStaticListsAndDnsNamesOverEitherProtocol() {
    String port = ":" + server.port();
    for (String protocol : List.of("bolt", "triple")) {
      for (String target :
          List.of(
              "static:///127.0.0.1" + port,
              "static://127.0.0.1" + port,
              "dns:///127.0.0.1" + port,
              "dns:///localhost" + port,
              "127.0.0.1" + port)) {
        assertEquals("hello " + target, greet(target, target, protocol, b -> b));
      }
    }
  }

  @Test
  void servicesAreFoundInSettings() {
    String list = "127.0.0.1:" + server.port();
    for (String target : List.of("static:///com.acme.Greeter", "com.acme.Greeter")) {
      assertEquals(
          "hello bob",
          greet(target, "bob", "triple", b -> b.set("duomesh.static.com.acme.Greeter", list)));
    }
  }

  @Test
  void targetThatNothingIsKnownOfFailsSoon() {
    RpcException failure =
        assertThrows(
            RpcException.class, () -> greet("static:///com.acme.Nobody", "x", "bolt", b -> b));
    assertEquals(Status.Code.UNAVAILABLE, failure.status().code());
    assertEquals(ResponseFlag.UF, failure.status().flag());
    assertTrue(
        failure.getMessage().contains("duomesh.static.com.acme.Nobody"), failure.getMessage());
  }

  private static String greet(
      String target, String name, String protocol, UnaryOperator<DuomeshBuilder> more) {
    DuomeshBuilder builder =
        more.apply(
            Duomesh.builder()
                .set("duomesh.client.protocol", protocol)
                .set("duomesh.client.timeout", "5s"));
    try (Duomesh client = builder.build()) {
      client.start();
      return client.client(Greeter.class, target).greet(name);
    }
  }
}
