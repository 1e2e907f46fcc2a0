package io.duomesh.interop;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Istio's own control plane over a folder of YAML, without Kubernetes. */
final class IstiodProcess implements AutoCloseable {
  private final Process process;
  private final int port;
  private final Path config;

  private IstiodProcess(Process process, int port, Path config) {
    this.process = process;
    this.port = port;
    this.config = config;
  }

  /** {@code ISTIOD_FILE}, else {@code istiod-file} on the path, else null. */
  static @Nullable Path find() {
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    return Stream.concat(
            Stream.ofNullable(System.getenv("ISTIOD_FILE")).map(Path::of),
            Stream.of(path.split(File.pathSeparator)).map(folder -> Path.of(folder, "istiod-file")))
        .filter(Files::isExecutable)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElse(null);
  }

  /** Starts it with a first configuration and waits until it listens. */
  static IstiodProcess start(Path program, Path folder, String yaml) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Path config = Files.createDirectories(folder.resolve("istio"));
    Files.writeString(config.resolve("all.yaml"), yaml);
    Process process =
        new ProcessBuilder(
                program.toString(), "-listen", "127.0.0.1:" + port, "-config", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("istiod.log").toFile())
            .start();
    IstiodProcess istiod = new IstiodProcess(process, port, config);
    try {
      Awaitility.await("istiod-file to listen on " + port)
          .atMost(Duration.ofSeconds(60))
          .until(() -> listens(port));
    } catch (RuntimeException e) {
      istiod.close();
      throw e;
    }
    return istiod;
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  /** Replaces the configuration whole; it is read again within a second. */
  void apply(String yaml) throws IOException {
    Path next = Files.writeString(config.resolveSibling("next.yaml"), yaml);
    Files.move(next, config.resolve("all.yaml"), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
