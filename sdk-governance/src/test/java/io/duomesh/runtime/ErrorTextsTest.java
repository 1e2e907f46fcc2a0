package io.duomesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.CallOptions;
import io.duomesh.ClientOptions;
import io.duomesh.Duomesh;
import io.duomesh.ResponseFlag;
import io.duomesh.RpcException;
import io.duomesh.ServiceName;
import io.duomesh.ServiceOptions;
import io.duomesh.Status;
import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.RouteMatch;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.traffic.VirtualHost;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a person reads when a call fails: what was called, where it went, what happened, what to do.
 */
class ErrorTextsTest {
  private static final String FIND = Orders.class.getName() + "/find at orders";

  private final CountDownLatch released = new CountDownLatch(1);
  private final Duomesh server =
      Duomesh.builder()
          .set("duomesh.server.port", "0")
          .set("duomesh.server.address", "127.0.0.1")
          .set("duomesh.server.threads", "1")
          .set("duomesh.server.queue", "0")
          .build();
  private Duomesh client = Duomesh.builder().build();

  /** What is called. */
  public interface Orders {
    String find(String id);

    Object any(Object value);
  }

  /** What nobody offers. */
  public interface Stock {
    int count();
  }

  private final class Shop implements Orders {
    @Override
    public String find(String id) {
      try {
        released.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return id;
    }

    @Override
    public Object any(Object value) {
      return Thread.currentThread();
    }
  }

  @AfterEach
  void close() {
    released.countDown();
    client.close();
    server.close();
  }

  private Orders orders(String protocol, int port) {
    RouteConfiguration routes =
        RouteConfiguration.of(
            "routes",
            VirtualHost.of(
                "all",
                List.of("*"),
                Route.of("empty", RouteMatch.prefix("/empty"), RouteAction.Forward.to("none")),
                Route.of(
                    "orders",
                    RouteMatch.prefix("/" + ErrorTextsTest.class.getName()),
                    RouteAction.Forward.to("v1"))));
    Endpoint endpoint = Endpoint.of("127.0.0.1", port);
    client.close();
    client =
        Duomesh.builder()
            .traffic(
                new TrafficSnapshot(
                    "7",
                    Map.of("orders", Listener.api("orders", Listener.HttpRoutes.of(routes))),
                    Map.of(),
                    Map.of(
                        "v1",
                        ClusterSpec.of("v1", protocol, LbPolicy.ROUND_ROBIN),
                        "none",
                        ClusterSpec.of("none", protocol, LbPolicy.ROUND_ROBIN)),
                    Map.of(
                        "v1",
                        ClusterEndpoints.of("v1", List.of(endpoint)),
                        "none",
                        ClusterEndpoints.of("none", List.of())),
                    null))
            .set("duomesh.client.timeout", "20s")
            .build();
    client.start();
    return client.client(Orders.class, "orders");
  }

  private Orders served(String protocol) {
    server.export(Orders.class, new Shop(), ServiceOptions.DEFAULT);
    server.start();
    return orders(protocol, server.port());
  }

  private String at() {
    return ", endpoint 127.0.0.1:" + server.port() + " of v1: ";
  }

  private static int unusedPort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private static void assertFails(
      Runnable call, Status.Code code, Status.Origin origin, String... words) {
    Status status = assertThrows(RpcException.class, call::run).status();
    assertEquals(code, status.code(), status.toString());
    assertEquals(origin, status.origin(), status.toString());
    for (String word : words) {
      assertTrue(status.message().contains(word), status + "\nsays nothing of: " + word);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void refusedConnectionNamesTheCallTheEndpointAndTheAttempt(String protocol) throws IOException {
    int port = unusedPort();
    Orders orders = orders(protocol, port);
    String where = FIND + ", endpoint 127.0.0.1:" + port + " of v1, attempt 2: ";
    String what = "connection to 127.0.0.1:" + port + " was refused: nothing listens there";
    for (int i = 0; i < 3; i++) { // refused, or a moment ago
      assertFails(
          () -> orders.find("1"),
          Status.Code.UNAVAILABLE,
          Status.Origin.TRANSPORT,
          where + what,
          "gave up after 2 attempts");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void unknownServiceAndMethodAreNamed(String protocol) {
    Orders orders = served(protocol);
    assertFails(
        () -> client.client(Stock.class, "orders").count(),
        Status.Code.UNIMPLEMENTED,
        Status.Origin.REMOTE,
        Stock.class.getName() + "/count at orders" + at());
    assertFails(
        () ->
            client
                .generic("orders")
                .invoke(
                    ServiceName.of(Orders.class.getName()),
                    "burn",
                    List.of("int"),
                    List.of(1),
                    CallOptions.DEFAULT),
        Status.Code.UNIMPLEMENTED,
        Status.Origin.REMOTE,
        Orders.class.getName() + "/burn at orders" + at());
    assertFails(
        () ->
            client
                .client(Orders.class, ClientOptions.target("orders").withVersion("9"))
                .any("never read"),
        Status.Code.UNIMPLEMENTED,
        Status.Origin.REMOTE,
        ":9");
    assertTrue(orders.toString().contains("orders"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void whatCannotBeWrittenIsNamedOnEitherSide(String protocol) {
    Orders orders = served(protocol);
    assertFails(
        () -> orders.any(Thread.currentThread()),
        Status.Code.INTERNAL,
        Status.Origin.LOCAL,
        Orders.class.getName() + "/any at orders" + at(),
        "request",
        "java.lang.Thread",
        "pass its data in a class or record");
    assertFails(
        () -> orders.any("x"),
        Status.Code.INTERNAL,
        Status.Origin.REMOTE,
        Orders.class.getName() + "/any at orders" + at(),
        "response",
        "java.lang.Thread");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void busyServerSaysSo(String protocol) {
    Orders orders = served(protocol);
    boolean bolt = protocol.equals("bolt"); // HTTP/2 refuses by a reset, which says no more
    CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> orders.find("1"));
    Awaitility.await()
        .until(() -> client.state().clusters().stream().anyMatch(c -> active(c.endpoints()) > 0));
    Awaitility.await()
        .untilAsserted(
            () ->
                assertFails(
                    () ->
                        client
                            .with(orders, CallOptions.DEFAULT.withTimeout(Duration.ofSeconds(5)))
                            .find("2"),
                    bolt ? Status.Code.RESOURCE_EXHAUSTED : Status.Code.UNAVAILABLE,
                    bolt ? Status.Origin.REMOTE : Status.Origin.TRANSPORT,
                    FIND,
                    bolt
                        ? "the server is busy, no thread is free"
                        : "refused the call without looking at it (REFUSED_STREAM): it is busy",
                    "attempt 2"));
    released.countDown();
    assertEquals("1", first.join());
  }

  private static int active(List<io.duomesh.MeshState.EndpointState> endpoints) {
    return endpoints.stream().mapToInt(io.duomesh.MeshState.EndpointState::active).sum();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void peerOfAnotherProtocolIsSaidToBeOne(String protocol) throws IOException {
    try (ServerSocket web = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread thread = new Thread(() -> answerByHttp(web));
      thread.setDaemon(true);
      thread.start();
      assertFails(
          () -> orders(protocol, web.getLocalPort()).find("1"),
          Status.Code.UNAVAILABLE,
          Status.Origin.TRANSPORT,
          FIND + ", endpoint 127.0.0.1:" + web.getLocalPort() + " of v1",
          protocol.equals("bolt") ? "bad Bolt frame" : "does not speak HTTP/2");
    }
  }

  private static void answerByHttp(ServerSocket web) {
    while (!web.isClosed()) {
      try (Socket socket = web.accept();
          OutputStream out = socket.getOutputStream()) {
        if (socket.getInputStream().read(new byte[100]) > 0) {
          out.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          out.flush();
          socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        }
      } catch (IOException e) {
        continue; // the test is over, or the peer has seen enough
      }
    }
  }

  @Test
  void callWithoutRouteEndpointOrListenerSaysWhich() throws IOException {
    int port = unusedPort();
    Orders orders = orders("triple", port);
    assertTrue(orders.toString().contains("orders"));
    assertFails(
        () -> client.client(Runnable.class, "orders").run(),
        Status.Code.UNIMPLEMENTED,
        Status.Origin.LOCAL,
        "java.lang.Runnable/run at orders",
        "no route matches /java.lang.Runnable/run in virtual host all");
    assertFails(
        () ->
            client
                .generic("orders")
                .invoke(
                    ServiceName.of("empty.Shop"),
                    "find",
                    List.of(),
                    List.of(),
                    CallOptions.DEFAULT),
        Status.Code.UNAVAILABLE,
        Status.Origin.LOCAL,
        "empty.Shop/find at orders: no endpoint in cluster none; its source names none");
    assertFails(
        () -> client.client(Orders.class, "stock").find("1"),
        Status.Code.UNAVAILABLE,
        Status.Origin.LOCAL,
        "stock: configuration 7 has no listener for it");
  }

  @Test
  void absentSidecarIsNamed() throws IOException {
    int port = unusedPort();
    client.close();
    client =
        Duomesh.builder()
            .set("duomesh.mode", "sidecar")
            .set("duomesh.sidecar.address", "127.0.0.1:" + port)
            .build()
            .start();
    Status status =
        assertThrows(
                RpcException.class, () -> client.client(Orders.class, "dns:///orders").find("1"))
            .status();
    assertEquals(ResponseFlag.UF, status.flag());
    assertTrue(
        status.message().contains("endpoint 127.0.0.1:" + port + " of sidecar"), "" + status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "duomesh.client.protocol",
        "duomesh.client.orders.protocol",
        "duomesh.client.orders:80.protocol"
      })
  void protocolThatNobodySpeaksIsRefusedWithItsSetting(String key) {
    try (Duomesh client = Duomesh.builder().set(key, "dubbo").build()) {
      String refused =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> client.client(Orders.class, "static://orders:80"))
              .getMessage();
      assertEquals(key + ": dubbo (expected: triple or bolt)", refused);
    }
  }

  @Test
  void callBeforeTheStartSaysThatThereWasNone() {
    client.close();
    client = Duomesh.builder().traffic(TrafficSnapshot.EMPTY).build();
    Orders orders =
        client.with(
            client.client(Orders.class, "orders"),
            CallOptions.DEFAULT.withTimeout(Duration.ofMillis(50)));
    assertFails(
        () -> orders.find("1"),
        Status.Code.DEADLINE_EXCEEDED,
        Status.Origin.LOCAL,
        "Duomesh.start(), which has not been called");
  }
}
