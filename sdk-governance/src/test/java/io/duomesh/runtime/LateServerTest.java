package io.duomesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Duomesh;
import io.duomesh.RpcException;
import io.duomesh.ServiceOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server that opens its port after its clients have looked for it, as one does that calls itself.
 */
class LateServerTest {
  /** The service. */
  public interface Greeter {
    String greet(String name);
  }

  private static int unusedPort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private static Duomesh client(String protocol, int port) {
    return Duomesh.builder()
        .traffic(OneCluster.of("greeter", protocol, "127.0.0.1:" + port))
        .set("duomesh.client.timeout", "30s")
        .build();
  }

  private static Duomesh server(int port) {
    Duomesh server =
        Duomesh.builder()
            .set("duomesh.server.port", String.valueOf(port))
            .set("duomesh.server.address", "127.0.0.1")
            .build();
    server.export(Greeter.class, name -> "hello " + name, ServiceOptions.DEFAULT);
    return server;
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void isFoundByTheFirstCallHoweverOftenItWasNotThere(String protocol) throws IOException {
    int port = unusedPort();
    try (Duomesh client = client(protocol, port)) {
      Greeter greeter = client.start().client(Greeter.class, "greeter");
      for (int i = 0; i < 8; i++) { // by now nobody who is not asked looks for it for seconds
        assertThrows(RpcException.class, () -> greeter.greet("you"));
        Awaitility.await().pollDelay(Duration.ofMillis(150)).until(() -> true);
      }
      try (Duomesh server = server(port)) {
        server.start();
        Awaitility.await().pollDelay(Duration.ofMillis(150)).until(() -> true);
        assertEquals("hello you", greeter.greet("you"));
      }
    }
  }

  @Test
  void isConnectedWithoutBeingAskedAsWell() throws IOException {
    int port = unusedPort();
    try (Duomesh client = client("bolt", port)) {
      Greeter greeter = client.start().client(Greeter.class, "greeter");
      assertThrows(RpcException.class, () -> greeter.greet("you"));
      try (Duomesh server = server(port)) {
        server.start();
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .until(
                () ->
                    client.state().clusters().stream()
                        .flatMap(c -> c.endpoints().stream())
                        .anyMatch(e -> e.connection().equals("ready")));
      }
    }
  }

  @Test
  void thatTakesConnectionsOnlyToDropThemIsLeftMoreAndMoreTime() throws IOException {
    try (ServerSocket port = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Duomesh client = client("bolt", port.getLocalPort())) {
      port.setSoTimeout(30_000);
      Greeter greeter = client.start().client(Greeter.class, "greeter");
      CompletableFuture<String> call =
          CompletableFuture.supplyAsync(() -> greeter.greet("you")); // connects
      while (!call.isDone()) {
        port.accept().close();
      }
      assertThrows(CompletionException.class, call::join);
      long begun = System.nanoTime();
      for (int i = 0; i < 3; i++) { // the first may come at once
        port.accept().close();
      }
      // the second and third wait, 200 and 400 ms, each at most a fifth shorter
      assertTrue(System.nanoTime() - begun >= Duration.ofMillis(400).toNanos());
    }
  }
}
