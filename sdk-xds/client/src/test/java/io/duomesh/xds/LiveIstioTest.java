package io.duomesh.xds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.duomesh.Settings;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.DirectChannel;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.Transports;
import java.io.File;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
 * ISTIOD_FILE_BIN} or on the {@code PATH}).
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
    String metadata =
        "{\"NAMESPACE\": \"demo\", \"ISTIO_VERSION\": \"1.31.0\", \"INSTANCE_IPS\": \"127.0.0.9\""
            + (proxyless ? ", \"GENERATOR\": \"grpc\"}" : "}");
    XdsBootstrap bootstrap =
        XdsBootstrap.of(
            Settings.of(
                Map.of(
                    "duomesh.xds.server",
                    "127.0.0.1:" + port,
                    "duomesh.xds.node.id",
                    "sidecar~127.0.0.1~client.demo~demo.svc.cluster.local",
                    "duomesh.xds.node.metadata",
                    metadata,
                    "duomesh.xds.stream",
                    stream)));
    Transports transports = new Transports(TransportOptions.of(Settings.of(Map.of())));
    ConnectSpec spec =
        new ConnectSpec("127.0.0.1", port, Duration.ofSeconds(5), null, null, transports, Map.of());
    try (DirectChannel channel = new DirectChannel("triple", spec)) {
      XdsDump dump =
          XdsDump.read(bootstrap, channel, Set.of(ECHO + ":8080"), Duration.ofSeconds(30));
      for (XdsVerdict verdict : dump.resources()) {
        assertEquals("", verdict.reason(), verdict.name());
      }
      assertTrue(
          dump.snapshot().listeners().containsKey(proxyless ? ECHO + ":8080" : "0.0.0.0_8080"));
      var group = dump.snapshot().endpoints().get("outbound|8080||" + ECHO).localities().get(0);
      assertEquals(19001, group.endpoints().get(0).port());
    } finally {
      transports.close();
    }
  }

  private int start() throws Exception {
    String program = program();
    assumeTrue(program != null, "SKIPPED: istiod-file is not installed (ISTIOD_FILE_BIN or PATH)");
    Files.writeString(directory.resolve("echo.yaml"), SERVICE);
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    istiod =
        new ProcessBuilder(program, "-listen", "127.0.0.1:" + port, "-config", directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return port;
  }

  private static String program() {
    String given = System.getenv("ISTIOD_FILE_BIN");
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
