package io.duomesh.interop.sofa;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A real MOSN that passes every Bolt call on to some servers, one after the other. */
final class MosnProcess implements AutoCloseable {
  private final Process process;

  private MosnProcess(Process process) {
    this.process = process;
  }

  /** {@code MOSN_BIN}, else {@code mosn} on the path, else null. */
  static @Nullable Path find() {
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    return Stream.concat(
            Stream.ofNullable(System.getenv("MOSN_BIN")).map(Path::of),
            Stream.of(path.split(File.pathSeparator)).map(folder -> Path.of(folder, "mosn")))
        .filter(Files::isExecutable)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElse(null);
  }

  /** Starts it and waits until it listens. */
  static MosnProcess start(Path program, int port, Path folder, int... servers) throws IOException {
    String hosts =
        IntStream.of(servers)
            .mapToObj(server -> "{\"address\": \"127.0.0.1:" + server + "\"}")
            .collect(Collectors.joining(", "));
    Path config =
        Files.writeString(
            folder.resolve("mosn.json"),
            """
            {"disable_upgrade": true,
             "servers": [{"default_log_path": "stdout",
               "routers": [{"router_config_name": "r", "virtual_hosts": [
                 {"name": "v", "domains": ["*"], "routers": [
                   {"match": {"headers": [{"name": "service", "value": ".*"}]},
                    "route": {"cluster_name": "servers"}}]}]}],
               "listeners": [{"name": "out", "address": "127.0.0.1:%d", "bind_port": true,
                 "filter_chains": [{"filters": [{"type": "proxy",
                   "config": {"downstream_protocol": "bolt", "router_config_name": "r"}}]}]}]}],
             "cluster_manager": {"clusters": [
               {"name": "servers", "type": "SIMPLE", "lb_type": "LB_ROUNDROBIN",
                "hosts": [%s]}]}}
            """
                .formatted(port, hosts));
    Process process =
        new ProcessBuilder(List.of(program.toString(), "start", "-c", config.toString()))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("mosn.log").toFile())
            .start();
    MosnProcess mosn = new MosnProcess(process);
    try {
      Awaitility.await("MOSN to listen on " + port)
          .atMost(Duration.ofSeconds(40))
          .until(() -> listens(port));
    } catch (RuntimeException e) {
      mosn.close();
      throw e;
    }
    return mosn;
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
