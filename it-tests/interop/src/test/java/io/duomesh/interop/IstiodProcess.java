package io.duomesh.interop;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Istio's own control plane over a folder of YAML, without Kubernetes. */
final class IstiodProcess implements AutoCloseable {
  private final Program program;
  private final int port;
  private final Path config;

  private IstiodProcess(Program program, int port, Path config) {
    this.program = program;
    this.port = port;
    this.config = config;
  }

  /** {@code ISTIOD_FILE}, else {@code istiod-file} on the path, else null. */
  static @Nullable Path find() {
    return Program.find("ISTIOD_FILE", "istiod-file");
  }

  /** Starts it with a first configuration and waits until it listens. */
  static IstiodProcess start(Path program, Path folder, String yaml) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Path config = Files.createDirectories(folder.resolve("istio"));
    Files.writeString(config.resolve("all.yaml"), yaml);
    String address = "127.0.0.1:" + port;
    Program istiod =
        Program.start(
            folder,
            "istiod",
            List.of(program.toString(), "-listen", address, "-config", config.toString()));
    // it listens before it is ready, and turns away who comes too early
    String ready = "istiod-file: serving " + config + " on " + address;
    return new IstiodProcess(istiod.awaitLine(ready), port, config);
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
    program.close();
  }
}
