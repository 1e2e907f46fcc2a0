package io.duomesh.interop;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A real Envoy as the sidecar of a test, fed by the test's control plane. */
final class EnvoyProcess implements AutoCloseable {
  private final Process process;

  private EnvoyProcess(Process process) {
    this.process = process;
  }

  /** {@code ENVOY_BIN}, else {@code envoy} on the path, else null. */
  static @Nullable Path find() {
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    return Stream.concat(
            Stream.ofNullable(System.getenv("ENVOY_BIN")).map(Path::of),
            Stream.of(path.split(File.pathSeparator)).map(folder -> Path.of(folder, "envoy")))
        .filter(Files::isExecutable)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElse(null);
  }

  /** Starts it and waits until it listens on the port that its configuration names. */
  static EnvoyProcess start(Path program, String controlPlane, int port, Path folder)
      throws IOException {
    int colon = controlPlane.indexOf(':');
    Path bootstrap =
        Files.writeString(
            folder.resolve("envoy.yaml"),
            """
            node: {id: envoy, cluster: test}
            dynamic_resources:
              ads_config:
                api_type: DELTA_GRPC
                transport_api_version: V3
                grpc_services: [{envoy_grpc: {cluster_name: ads}}]
              cds_config: {ads: {}, resource_api_version: V3}
              lds_config: {ads: {}, resource_api_version: V3}
            static_resources:
              clusters:
              - name: ads
                connect_timeout: 1s
                typed_extension_protocol_options:
                  envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                    "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                    explicit_http_config: {http2_protocol_options: {}}
                load_assignment:
                  cluster_name: ads
                  endpoints:
                  - lb_endpoints:
                    - endpoint: {address: {socket_address: {address: %s, port_value: %s}}}
            """
                .formatted(controlPlane.substring(0, colon), controlPlane.substring(colon + 1)));
    Process process =
        new ProcessBuilder(
                List.of(
                    program.toString(),
                    "--config-path",
                    bootstrap.toString(),
                    "--use-dynamic-base-id",
                    "--concurrency",
                    "1",
                    "--log-level",
                    "warning"))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("envoy.log").toFile())
            .start();
    EnvoyProcess envoy = new EnvoyProcess(process);
    try {
      Awaitility.await("Envoy to listen on " + port)
          .atMost(Duration.ofSeconds(40))
          .until(() -> listens(port));
    } catch (RuntimeException e) {
      envoy.close();
      throw e;
    }
    return envoy;
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
