package io.duomesh.interop.sofa;

import io.duomesh.interop.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A real MOSN that passes every Bolt call on to some servers, one after the other, and tells its
 * callers when it goes.
 */
final class MosnProcess {
  private MosnProcess() {}

  /** {@code MOSN_BIN}, else {@code mosn} on the path, else null. */
  static @Nullable Path find() {
    return Program.find("MOSN_BIN", "mosn");
  }

  /** Starts it and waits until it listens. */
  static Program start(Path program, int port, Path folder, int... servers) throws IOException {
    String hosts =
        IntStream.of(servers)
            .mapToObj(server -> "{\"address\": \"127.0.0.1:" + server + "\"}")
            .collect(Collectors.joining(", "));
    Path config =
        Files.writeString(
            folder.resolve("mosn-" + port + ".json"),
            """
            {"disable_upgrade": true,
             "servers": [{"default_log_path": "stdout",
               "routers": [{"router_config_name": "r", "virtual_hosts": [
                 {"name": "v", "domains": ["*"], "routers": [
                   {"match": {"headers": [{"name": "service", "value": ".*"}]},
                    "route": {"cluster_name": "servers"}}]}]}],
               "listeners": [{"name": "out", "address": "127.0.0.1:%d", "bind_port": true,
                 "filter_chains": [{"filters": [{"type": "proxy",
                   "config": {"downstream_protocol": "bolt", "router_config_name": "r",
                     "extend_config": {"bolt": {"enable_bolt_goaway": true}}}}]}]}]}],
             "cluster_manager": {"clusters": [
               {"name": "servers", "type": "SIMPLE", "lb_type": "LB_ROUNDROBIN",
                "hosts": [%s]}]}}
            """
                .formatted(port, hosts));
    List<String> command = List.of(program.toString(), "start", "-c", config.toString());
    return Program.start(folder, "mosn-" + port, command).awaitPort(port);
  }
}
