package io.duomesh.xds;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.duomesh.Settings;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.WeightedCluster;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.DirectChannel;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.Transports;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Istio's own generator over our own Triple client. Needs the {@code istiod-file} program ({@code
 * ISTIOD_FILE} or on the {@code PATH}).
 */
final class LiveIstioTest {
  private static final String ECHO = "echo.demo.svc.cluster.local";
  private static final String SERVICE =
      """
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: echo, namespace: demo}
      spec:
        hosts: [echo.demo.svc.cluster.local]
        location: MESH_INTERNAL
        resolution: STATIC
        ports: [{number: 8080, name: grpc, protocol: GRPC}]
        endpoints: [{address: 127.0.0.1, ports: {grpc: 19001}}]
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: moved, namespace: demo}
      spec:
        hosts: [moved.demo.svc.cluster.local]
        addresses: [10.96.0.13]
        location: MESH_INTERNAL
        resolution: STATIC
        ports: [{number: 12200, name: tcp-bolt, protocol: TCP}]
        endpoints: [{address: 127.0.0.1, ports: {tcp-bolt: 19002}}]
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: moved, namespace: demo}
      spec:
        hosts: [moved.demo.svc.cluster.local]
        tcp:
        - match: [{port: 12200}]
          route: [{destination: {host: echo.demo.svc.cluster.local, port: {number: 8080}}}]
      """;

  @TempDir Path directory;
  private Process istiod;

  @AfterEach
  void stop() throws Exception {
    if (istiod != null) {
      istiod.destroy();
      istiod.waitFor(10, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar-delta", "sidecar-sotw", "proxyless-sotw", "proxyless-delta"})
  void everyStreamReadsOneService(String stream) throws Exception {
    int port = start();
    boolean proxyless = stream.startsWith("proxyless");
    XdsDump dump = read(port, "client", "127.0.0.9", stream, ECHO + ":8080");
    assertTrue(
        dump.snapshot().listeners().containsKey(proxyless ? ECHO + ":8080" : "0.0.0.0_8080"));
    var group = dump.snapshot().endpoints().get("outbound|8080||" + ECHO).localities().get(0);
    assertEquals(19001, group.endpoints().get(0).port());
  }

  @ParameterizedTest
  @ValueSource(strings = {"proxyless-sotw", "proxyless-delta"})
  void proxylessServerGetsItsListenerByTheAddressThatItListensOn(String stream) throws Exception {
    String name = "xds.istio.io/grpc/lds/inbound/0.0.0.0:19001";
    XdsDump dump = read(start(), "echo-v1", "127.0.0.1", stream, name);
    XdsVerdict verdict = dump.resources().get(0);
    assertEquals(name, verdict.name());
    assertEquals(XdsVerdict.Outcome.USED, verdict.outcome());
    assertEquals(Set.of(19001), dump.snapshot().inbound().ports().keySet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar-delta", "sidecar-sotw"})
  void tableOfNamesTellsWhoseATcpListenerIs(String stream) throws Exception {
    XdsDump dump = read(start(), "client", "127.0.0.9", stream, ECHO);
    assertTrue(
        dump.resources().stream().anyMatch(v -> v.type().equals(ResourceType.NAMES.message())));
    Listener moved = dump.snapshot().listeners().get("10.96.0.13_12200");
    assertEquals(Set.of("moved.demo.svc.cluster.local"), moved.hosts());
    assertEquals(
        new Listener.TcpProxy(List.of(WeightedCluster.of("outbound|8080||" + ECHO, 1))),
        moved.chains().get(0).action());
  }

  private static XdsDump read(int port, String pod, String ip, String stream, String target)
      throws Exception {
    String metadata =
        "{\"NAMESPACE\": \"demo\", \"ISTIO_VERSION\": \"1.31.0\", \"INSTANCE_IPS\": \""
            + ip
            + (stream.startsWith("proxyless") ? "\", \"GENERATOR\": \"grpc\"}" : "\"}");
    XdsBootstrap bootstrap =
        XdsBootstrap.of(
            Settings.of(
                Map.of(
                    "duomesh.xds.server",
                    "127.0.0.1:" + port,
                    "duomesh.xds.node.id",
                    "sidecar~127.0.0.1~" + pod + ".demo~demo.svc.cluster.local",
                    "duomesh.xds.node.metadata",
                    metadata,
                    "duomesh.xds.stream",
                    stream)));
    Transports transports = new Transports(TransportOptions.of(Settings.of(Map.of())));
    ConnectSpec spec =
        new ConnectSpec("127.0.0.1", port, Duration.ofSeconds(5), null, null, transports, Map.of());
    try (DirectChannel channel = new DirectChannel("triple", spec)) {
      XdsDump dump = XdsDump.read(bootstrap, channel, Set.of(target), Duration.ofSeconds(30));
      for (XdsVerdict verdict : dump.resources()) {
        assertEquals("", verdict.reason(), verdict.name());
      }
      return dump;
    } finally {
      transports.close();
    }
  }

  private int start() throws Exception {
    String program = program();
    assumeTrue(program != null, "SKIPPED: istiod-file is not installed (ISTIOD_FILE or PATH)");
    Files.writeString(directory.resolve("echo.yaml"), SERVICE);
    int port = freePort();
    istiod =
        new ProcessBuilder(program, "-listen", "127.0.0.1:" + port, "-config", directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    await("istiod-file to listen").atMost(Duration.ofSeconds(60)).until(() -> listens(port));
    return port;
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static String program() {
    String given = System.getenv("ISTIOD_FILE");
    if (given != null) {
      return given;
    }
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(path -> Path.of(path, "istiod-file"))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .orElse(null);
  }
}
