package io.duomesh.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.StringValue;
import io.duomesh.Duomesh;
import io.duomesh.RpcException;
import io.duomesh.ServiceOptions;
import io.duomesh.Status;
import io.envoyproxy.controlplane.cache.v3.SimpleCache;
import io.envoyproxy.controlplane.cache.v3.Snapshot;
import io.envoyproxy.controlplane.server.DiscoveryServerCallbacks;
import io.envoyproxy.controlplane.server.V3DiscoveryServer;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.xds.XdsServerBuilder;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A proxyless server asks its control plane for its own listener (gRFC A36) and obeys it. */
@Timeout(120)
class ServerListenerTest {
  private static final String PREFIX = "grpc/server?xds.resource.listening_address=";
  private static final String LISTENERS = "type.googleapis.com/envoy.config.listener.v3.Listener";

  /** Names of listeners that were asked for, by node. */
  private final Map<String, Set<String>> asked = new ConcurrentHashMap<>();

  private final SimpleCache<String> cache = new SimpleCache<>(node -> "all");
  private final List<AutoCloseable> open = new ArrayList<>();
  private String controlPlane = "";
  private int versions;

  @TempDir private Path folder;

  /** The service. */
  public interface Echo {
    StringValue echo(StringValue text);
  }

  private final class Requests implements DiscoveryServerCallbacks {
    @Override
    public void onV3StreamRequest(long stream, DiscoveryRequest request) {
      if (request.getTypeUrl().equals(LISTENERS)) {
        asked
            .computeIfAbsent(request.getNode().getId(), id -> ConcurrentHashMap.newKeySet())
            .addAll(request.getResourceNamesList());
      }
    }

    @Override
    public void onV3StreamDeltaRequest(long stream, DeltaDiscoveryRequest request) {}
  }

  @BeforeEach
  void start() throws Exception {
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(
                new V3DiscoveryServer(new Requests(), cache).getAggregatedDiscoveryServiceImpl())
            .build()
            .start();
    open.add(server::shutdownNow);
    controlPlane = "127.0.0.1:" + server.getPort();
  }

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private static int freePort() throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }

  private void publish(Listener... listeners) {
    String version = String.valueOf(++versions);
    cache.setSnapshot(
        "all",
        Snapshot.create(List.of(), List.of(), List.of(listeners), List.of(), List.of(), version));
  }

  private static Listener listener(int port, int calls) {
    return XdsResourcesText.serverListener(PREFIX + "127.0.0.1:" + port, "127.0.0.1", port, calls);
  }

  private Duomesh server(int port, String startup) {
    String bootstrap =
        """
        {"xds_servers": [{"server_uri": "%s", "channel_creds": [{"type": "insecure"}]}],
         "node": {"id": "server"}, "server_listener_resource_name_template": "%s%%s"}
        """
            .formatted(controlPlane, PREFIX);
    Duomesh server =
        Duomesh.builder()
            .set("duomesh.xds.bootstrap", bootstrap)
            .set("duomesh.xds.cache-dir", folder.toString())
            .set("duomesh.startup", startup)
            .set("duomesh.server.port", String.valueOf(port))
            .set("duomesh.server.address", "127.0.0.1")
            .build();
    open.add(server);
    server.export(Echo.class, text -> text, ServiceOptions.DEFAULT);
    return server.start();
  }

  private Echo client(int port, String protocol) {
    Duomesh mesh =
        Duomesh.builder()
            .set("duomesh.client.protocol", protocol)
            .set("duomesh.client.timeout", "20s")
            .build();
    open.add(mesh);
    return mesh.start().client(Echo.class, "static://127.0.0.1:" + port);
  }

  private static Status.Code code(Echo echo) {
    try {
      echo.echo(StringValue.of("hi"));
      return Status.Code.OK;
    } catch (RpcException e) {
      return e.status().code();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void firstCallIsGovernedWhereTheListenerIsThereAtTheStart(String protocol) throws Exception {
    int port = freePort();
    publish(listener(port, 3));
    server(port, "fail");
    Echo echo = client(port, protocol);
    for (int i = 0; i < 3; i++) {
      assertEquals(Status.Code.OK, code(echo), "call " + i);
    }
    assertEquals(Status.Code.UNAVAILABLE, code(echo), "over the limit");
  }

  @Test
  void serverAtAnyPortAsksForTheOneItGotAndServesUntilThereIsAListener() throws Exception {
    publish();
    int port = server(0, "lazy").port();
    Awaitility.await().until(() -> asked.containsKey("server"));
    Awaitility.await().until(() -> asked.get("server").contains(PREFIX + "127.0.0.1:" + port));
    Echo echo = client(port, "triple");
    assertEquals(Status.Code.OK, code(echo));
    publish(listener(port, 1));
    Awaitility.await().until(() -> code(echo) == Status.Code.UNAVAILABLE);
  }

  @Test
  void grpcJavasServerAsksForTheSameName() throws Exception {
    int port = freePort();
    int other = freePort();
    // grpc-java names all addresses whatever it binds
    String byGrpc = PREFIX + "0.0.0.0:" + other;
    publish(listener(port, 3), XdsResourcesText.serverListener(byGrpc, "0.0.0.0", other, 3));
    server(port, "fail");
    Server grpc =
        XdsServerBuilder.forAddress(
                new InetSocketAddress("127.0.0.1", other), InsecureServerCredentials.create())
            .overrideBootstrapForTest(
                Map.of(
                    "xds_servers",
                    List.of(
                        Map.of(
                            "server_uri",
                            controlPlane,
                            "channel_creds",
                            List.of(Map.of("type", "insecure")),
                            "server_features",
                            List.of("xds_v3"))),
                    "node",
                    Map.of("id", "grpc"),
                    "server_listener_resource_name_template",
                    PREFIX + "%s"))
            .build();
    open.add(grpc::shutdownNow);
    grpc.start(); // returns once its listener has come
    assertEquals(Set.of(byGrpc), asked.get("grpc"));
    assertEquals(Set.of(PREFIX + "127.0.0.1:" + port), asked.get("server"));
  }
}
