package io.duomesh.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A real Envoy as the sidecar of a test, fed by the test's control plane. */
final class EnvoyProcess {
  private EnvoyProcess() {}

  /** {@code ENVOY_BIN}, else {@code envoy} on the path, else null. */
  static @Nullable Path find() {
    return Program.find("ENVOY_BIN", "envoy");
  }

  /** Starts it and waits until it listens on the port that its configuration names. */
  static Program start(Path program, String controlPlane, int port, Path folder)
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
    return Program.start(
            folder,
            "envoy",
            List.of(
                program.toString(),
                "--config-path",
                bootstrap.toString(),
                "--use-dynamic-base-id",
                "--concurrency",
                "1",
                "--log-level",
                "warning"))
        .awaitPort(port);
  }
}
