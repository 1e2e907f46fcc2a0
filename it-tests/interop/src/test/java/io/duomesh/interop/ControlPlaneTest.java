package io.duomesh.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.StringValue;
import io.duomesh.CallOptions;
import io.duomesh.Duomesh;
import io.duomesh.Mode;
import io.duomesh.ResponseFlag;
import io.duomesh.RpcException;
import io.duomesh.ServiceOptions;
import io.duomesh.Status;
import io.envoyproxy.controlplane.cache.NodeGroup;
import io.envoyproxy.controlplane.cache.v3.SimpleCache;
import io.envoyproxy.controlplane.cache.v3.Snapshot;
import io.envoyproxy.controlplane.server.V3DiscoveryServer;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.xds.XdsChannelCredentials;
import io.grpc.xds.XdsNameResolverProvider;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real control plane, real sockets: our client, grpc-java's and Envoy obey the same resources. */
class ControlPlaneTest {
  private static final String TARGET = "echo.test:80";
  private static final String TO_V2 =
      """
      {"name": "pinned", "match": {"prefix": "/", "headers": [{"name": "x-version",
        "stringMatch": {"exact": "v2"}}]}, "route": {"cluster": "v2"}}
      """;
  private static final String BY_PATH =
      """
      {"name": "other", "match": {"prefix": "/", "headers": [
        {"name": "x-user", "stringMatch": {"prefix": "a"}},
        {"name": "x-tries", "rangeMatch": {"start": "0", "end": "10"}, "invertMatch": true}]},
        "route": {"cluster": "v2"}}
      """;
  private static final String ALL = allTo("v1");

  private final SimpleCache<String> cache = new SimpleCache<>(new AnyNode());
  private final List<AutoCloseable> open = new ArrayList<>();
  private int v1;
  private int v2;
  private String controlPlane = "";

  @TempDir private Path folder;

  /** The service. */
  public interface Echo {
    StringValue echo(StringValue text);
  }

  private static final class AnyNode implements NodeGroup<String> {
    @Override
    public String hash(Node node) {
      return "all";
    }
  }

  private static String allTo(String cluster) {
    return "{\"name\": \"all\", \"match\": {\"prefix\": \"/\"}, \"route\": {\"cluster\": \""
        + cluster
        + "\"}}";
  }

  @BeforeEach
  void start() throws Exception {
    v1 = server("v1");
    v2 = server("v2");
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(new V3DiscoveryServer(cache).getAggregatedDiscoveryServiceImpl())
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

  private int server(String name) {
    Duomesh server =
        Duomesh.builder()
            .set("duomesh.server.port", "0")
            .set("duomesh.server.address", "127.0.0.1")
            .build();
    server.export(
        Echo.class, text -> StringValue.of(name + " " + text.getValue()), ServiceOptions.DEFAULT);
    open.add(server);
    return server.start().port();
  }

  private void publish(String version, RouteConfiguration routes, Listener... listeners) {
    Map<String, int[]> clusters = new TreeMap<>();
    clusters.put("v1", new int[] {v1});
    clusters.put("v2", new int[] {v2});
    Snapshot snapshot = XdsResourcesText.snapshot(version, List.of(listeners), routes, clusters);
    cache.setSnapshot("all", snapshot);
  }

  private Duomesh client(String stream) {
    String node =
        stream.startsWith("sidecar")
            ? "sidecar~127.0.0.1~front.test~test.svc.cluster.local"
            : "front";
    Duomesh client =
        Duomesh.builder()
            .set("duomesh.xds.server", controlPlane)
            .set("duomesh.xds.node.id", node + "-" + stream.replace(' ', '-'))
            .set("duomesh.xds.stream", stream)
            .set("duomesh.xds.cache-dir", folder.resolve(stream.replace(' ', '-')).toString())
            .set("duomesh.client.timeout", "30s")
            .build();
    open.add(client);
    return client;
  }

  private static String ask(Duomesh mesh, Echo echo, Map<String, String> headers) {
    CallOptions options = CallOptions.DEFAULT;
    for (Map.Entry<String, String> header : headers.entrySet()) {
      options = options.withMetadata(header.getKey(), header.getValue());
    }
    return mesh.with(echo, options).echo(StringValue.of("hi")).getValue();
  }

  /** Requests that tell the routes of these tests apart. */
  private static List<Map<String, String>> requests() {
    return List.of(
        Map.of(),
        Map.of("x-version", "v2"),
        Map.of("x-version", "v1"),
        Map.of("x-user", "alice", "x-tries", "20"),
        Map.of("x-user", "alice", "x-tries", "5"),
        Map.of("x-user", "alice"),
        Map.of("x-user", "bob", "x-tries", "20"),
        Map.of("x-user", "alice", "x-tries", "many"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"proxyless sotw", "proxyless delta", "sidecar sotw", "sidecar delta"})
  void everyKindOfStreamRoutesCallsAndFollowsChanges(String stream) {
    publish("1", XdsResourcesText.routes(TO_V2, ALL), XdsResourcesText.apiListener(TARGET));
    Duomesh mesh = client(stream).start();
    Echo echo = mesh.client(Echo.class, "xds:///" + TARGET);
    assertEquals("v1 hi", ask(mesh, echo, Map.of()));
    assertEquals("v2 hi", ask(mesh, echo, Map.of("x-version", "v2")));
    publish("2", XdsResourcesText.routes(allTo("v2")), XdsResourcesText.apiListener(TARGET));
    Awaitility.await().until(() -> ask(mesh, echo, Map.of()).equals("v2 hi"));
  }

  @Test
  void aRefusedResourceLeavesTheLastGoodOneInForce() {
    publish("1", XdsResourcesText.routes(ALL), XdsResourcesText.apiListener(TARGET));
    Duomesh mesh = client("sidecar delta").start();
    Echo echo = mesh.client(Echo.class, "xds:///" + TARGET);
    assertEquals("v1 hi", ask(mesh, echo, Map.of()));
    String broken =
        """
        {"name": "broken", "match": {"safeRegex": {"regex": "("}}, "route": {"cluster": "v2"}}
        """;
    publish("2", XdsResourcesText.routes(broken, ALL), XdsResourcesText.apiListener(TARGET));
    publish("3", XdsResourcesText.routes(allTo("v2")), XdsResourcesText.apiListener(TARGET));
    Awaitility.await().until(() -> ask(mesh, echo, Map.of()).equals("v2 hi"));
  }

  @Test
  void callsGoOnWithoutTheControlPlane() throws Exception {
    publish("1", XdsResourcesText.routes(ALL), XdsResourcesText.apiListener(TARGET));
    Duomesh mesh = client("sidecar delta").start();
    Echo echo = mesh.client(Echo.class, "xds:///" + TARGET);
    assertEquals("v1 hi", ask(mesh, echo, Map.of()));
    open.remove(2).close(); // the control plane
    Awaitility.await().until(() -> mesh.state().trouble() != null);
    assertEquals("v1 hi", ask(mesh, echo, Map.of()));
    Duomesh restarted = client("sidecar delta").start();
    Echo again = restarted.client(Echo.class, "xds:///" + TARGET);
    assertEquals("v1 hi", ask(restarted, again, Map.of()), "from the last-known-good");
  }

  @Test
  void withoutControlPlaneAndMemoryACallFailsAndSaysWhom() throws Exception {
    int nobody;
    try (ServerSocket free = new ServerSocket(0)) {
      nobody = free.getLocalPort();
    }
    controlPlane = "127.0.0.1:" + nobody;
    Duomesh mesh = client("proxyless sotw");
    Echo echo = mesh.client(Echo.class, "xds:///" + TARGET);
    Thread starting = new Thread(mesh::start);
    starting.start();
    RpcException failure = assertThrows(RpcException.class, () -> echo.echo(StringValue.of("hi")));
    assertEquals(Status.Code.UNAVAILABLE, failure.status().code());
    assertTrue(failure.getMessage().contains(controlPlane), failure.getMessage());
    assertTrue(failure.getMessage().contains("front-proxyless-sotw"), failure.getMessage());
    mesh.close();
    starting.join(20_000);
  }

  @Test
  void anUnroutedCallIsUnimplementedAsAtGrpcJava() {
    publish("1", XdsResourcesText.routes(TO_V2), XdsResourcesText.apiListener(TARGET));
    Duomesh mesh = client("proxyless sotw").start();
    Echo echo = mesh.client(Echo.class, "xds:///" + TARGET);
    RpcException none = assertThrows(RpcException.class, () -> echo.echo(StringValue.of("hi")));
    assertEquals(ResponseFlag.NR, none.status().flag());
  }

  @Test
  void grpcJavasXdsClientChoosesTheSame() throws Exception {
    publish(
        "1", XdsResourcesText.routes(TO_V2, BY_PATH, ALL), XdsResourcesText.apiListener(TARGET));
    Duomesh mesh = client("proxyless sotw").start();
    Echo echo = mesh.client(Echo.class, "xds:///" + TARGET);
    ManagedChannel channel = grpcChannel();
    for (Map<String, String> headers : requests()) {
      assertEquals(askGrpc(channel, headers), ask(mesh, echo, headers), headers.toString());
    }
  }

  @Test
  void envoyChoosesTheSameAndTheModeSwitchesWithCallsRunning() throws Exception {
    Path program = EnvoyProcess.find();
    Assumptions.assumeTrue(
        program != null, "left out: no Envoy (set ENVOY_BIN or put envoy on the PATH)");
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    publish(
        "1", XdsResourcesText.routes(TO_V2, BY_PATH, ALL), XdsResourcesText.socketListener(port));
    open.add(EnvoyProcess.start(program, controlPlane, port, folder));
    Duomesh mesh = client("sidecar delta").start();
    Echo echo = mesh.client(Echo.class, "xds:///echo.test:" + port);
    for (Map<String, String> headers : requests()) {
      String inProcess = ask(mesh, echo, headers);
      mesh.switchTo(Mode.SIDECAR);
      String bySidecar = ask(mesh, echo, headers);
      mesh.switchTo(Mode.PROXYLESS);
      assertEquals(bySidecar, inProcess, headers.toString());
    }
  }

  private ManagedChannel grpcChannel() {
    String scheme = "xds-of-" + controlPlane.substring(controlPlane.indexOf(':') + 1);
    Map<String, Object> bootstrap =
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
            Map.of("id", "grpc"));
    XdsNameResolverProvider resolver = XdsNameResolverProvider.createForTest(scheme, bootstrap);
    io.grpc.NameResolverRegistry.getDefaultRegistry().register(resolver);
    open.add(() -> io.grpc.NameResolverRegistry.getDefaultRegistry().deregister(resolver));
    ManagedChannel channel =
        io.grpc.Grpc.newChannelBuilder(
                scheme + ":///" + TARGET,
                XdsChannelCredentials.create(io.grpc.InsecureChannelCredentials.create()))
            .build();
    open.add(channel::shutdownNow);
    return channel;
  }

  private static String askGrpc(ManagedChannel channel, Map<String, String> headers) {
    io.grpc.Metadata metadata = new io.grpc.Metadata();
    headers.forEach(
        (name, value) ->
            metadata.put(
                io.grpc.Metadata.Key.of(name, io.grpc.Metadata.ASCII_STRING_MARSHALLER), value));
    io.grpc.MethodDescriptor<StringValue, StringValue> method =
        io.grpc.MethodDescriptor.<StringValue, StringValue>newBuilder()
            .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(Echo.class.getName() + "/echo")
            .setRequestMarshaller(
                io.grpc.protobuf.ProtoUtils.marshaller(StringValue.getDefaultInstance()))
            .setResponseMarshaller(
                io.grpc.protobuf.ProtoUtils.marshaller(StringValue.getDefaultInstance()))
            .build();
    try {
      return ClientCalls.blockingUnaryCall(
              ClientInterceptors.intercept(
                  channel, MetadataUtils.newAttachHeadersInterceptor(metadata)),
              method,
              io.grpc.CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
              StringValue.of("hi"))
          .getValue();
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode().name();
    }
  }
}
