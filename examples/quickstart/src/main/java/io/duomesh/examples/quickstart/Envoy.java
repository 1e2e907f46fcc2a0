package io.duomesh.examples.quickstart;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real sidecar, fed by the same control plane. */
final class Envoy implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path directory;
  private final Process process;

  private Envoy(Path directory, Process process) {
    this.directory = directory;
    this.process = process;
  }

  /** The program: {@code ENVOY_BIN}, else {@code envoy} on the path, else null. */
  static @Nullable Path find() {
    String named = System.getenv("ENVOY_BIN");
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    Stream<Path> candidates =
        Stream.concat(
            Stream.ofNullable(named).filter(n -> !n.isBlank()).map(Path::of),
            Stream.of(path.split(File.pathSeparator))
                .filter(directory -> !directory.isBlank())
                .map(directory -> Path.of(directory, "envoy")));
    return candidates
        .filter(each -> Files.isRegularFile(each) && Files.isExecutable(each))
        .findFirst()
        .orElse(null);
  }

  /** Starts it; it takes calls at the port when this returns. */
  static Envoy start(Path program, int controlPlanePort, int listenerPort) {
    try {
      Path directory = Files.createTempDirectory("duomesh-quickstart-envoy");
      Path bootstrap =
          Files.writeString(directory.resolve("envoy.yaml"), bootstrap(controlPlanePort));
      ProcessBuilder builder =
          new ProcessBuilder(
              List.of(
                  program.toString(),
                  "--config-path",
                  bootstrap.toString(),
                  "--admin-address-path",
                  directory.resolve("admin").toString(),
                  "--use-dynamic-base-id",
                  "--concurrency",
                  "1",
                  "--log-level",
                  "warning"));
      Process process =
          builder
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("log").toFile())
              .start();
      Envoy envoy = new Envoy(directory, process);
      try {
        Wait.until(
            PATIENCE,
            () -> !process.isAlive() || listens(listenerPort),
            () -> "Envoy does not listen on port " + listenerPort + ":\n" + envoy.logTail());
        StepFailed.unless(process.isAlive(), "Envoy ended by itself:\n" + envoy.logTail());
        return envoy;
      } catch (StepFailed e) {
        envoy.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Envoy could not be started", e);
    }
  }

  private static String bootstrap(int controlPlanePort) {
    return """
        node: {id: sidecar~127.0.0.1~envoy.shop~shop.svc.cluster.local, cluster: shop-front}
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
        dynamic_resources:
          ads_config:
            api_type: DELTA_GRPC
            transport_api_version: V3
            grpc_services: [{envoy_grpc: {cluster_name: control-plane}}]
          cds_config: {ads: {}, resource_api_version: V3}
          lds_config: {ads: {}, resource_api_version: V3}
        static_resources:
          clusters:
            - name: control-plane
              connect_timeout: 1s
              typed_extension_protocol_options:
                envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                  "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                  explicit_http_config: {http2_protocol_options: {}}
              load_assignment:
                cluster_name: control-plane
                endpoints:
                  - lb_endpoints:
                      - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
        """
        .formatted(controlPlanePort);
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(LOOPBACK, port), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** How many requests have come in at the listener of the shop, by its own count. */
  long requests() {
    try {
      String admin = Files.readString(directory.resolve("admin")).trim();
      URI uri = URI.create("http://" + admin + "/stats?filter=http.shop.downstream_rq_total");
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
      String body = response.body().trim();
      return body.isEmpty() ? 0 : Long.parseLong(body.substring(body.lastIndexOf(' ') + 1));
    } catch (IOException e) {
      throw new UncheckedIOException("Envoy's counters could not be read", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailed("interrupted");
    }
  }

  private String logTail() {
    try {
      List<String> lines = Files.readAllLines(directory.resolve("log"));
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    } catch (IOException e) {
      return "(its log could not be read: " + e.getMessage() + ")";
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
      }
      for (String file : List.of("envoy.yaml", "admin", "log")) {
        Files.deleteIfExists(directory.resolve(file));
      }
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
