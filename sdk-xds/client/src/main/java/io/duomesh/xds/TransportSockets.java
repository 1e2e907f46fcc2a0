package io.duomesh.xds;

import io.duomesh.xds.proto.envoy.config.cluster.v3.Cluster;
import io.duomesh.xds.proto.envoy.config.core.v3.TransportSocket;
import org.jspecify.annotations.Nullable;

/**
 * Judges what a cluster says of its connections' security. Secrets by SDS are not read yet, so a
 * cluster that asks for TLS must fail its calls rather than send them in plaintext.
 */
final class TransportSockets {
  private TransportSockets() {}

  /** Why calls must not use the cluster; null where plaintext is what it allows. */
  static @Nullable String unusable(Cluster cluster) {
    if (cluster.getTransportSocketMatchesCount() > 0) {
      // Istio's auto mTLS: an entry without TLS says that the server's side takes plaintext too.
      return cluster.getTransportSocketMatchesList().stream()
              .anyMatch(match -> isPlain(match.getTransportSocket()))
          ? null
          : asked(cluster.getTransportSocketMatches(0).getTransportSocket());
    }
    return !cluster.hasTransportSocket() || isPlain(cluster.getTransportSocket())
        ? null
        : asked(cluster.getTransportSocket());
  }

  private static boolean isPlain(TransportSocket socket) {
    String type = FilterParsers.typeOf(socket.getTypedConfig());
    return type.isEmpty()
        ? socket.getName().isEmpty()
            || socket.getName().equals("envoy.transport_sockets.raw_buffer")
        : type.equals("envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer");
  }

  private static String asked(TransportSocket socket) {
    return "transport_socket "
        + socket.getName()
        + " is not supported for clusters from xDS yet; calls are not sent in plaintext instead";
  }
}
