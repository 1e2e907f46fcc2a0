package io.duomesh.xds;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.xds.proto.envoy.config.cluster.v3.Cluster;
import io.duomesh.xds.proto.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.duomesh.xds.proto.envoy.config.listener.v3.Listener;
import io.duomesh.xds.proto.envoy.config.route.v3.RouteConfiguration;
import java.util.Set;

/**
 * A resource that was accepted.
 *
 * @param type its type
 * @param name its name
 * @param bytes its message
 * @param version its version as the server gives it; may be empty
 * @param content what it says
 * @param stale whether it comes from the disk and no server has confirmed it yet
 */
record Resource(
    ResourceType type,
    String name,
    ByteString bytes,
    String version,
    Content content,
    boolean stale) {

  /** What a resource says, as data. */
  sealed interface Content {}

  /**
   * A listener and what it names.
   *
   * @param inbound whether it is where calls to this process enter; it then names clusters of
   *     sidecars only
   * @param elsewhere whether its clusters do not tell whose it is
   */
  record ListenerContent(
      io.duomesh.traffic.Listener listener,
      boolean inbound,
      boolean elsewhere,
      Set<String> routes,
      Set<String> clusters)
      implements Content {}

  /** Routes and the clusters that they name. */
  record RouteContent(io.duomesh.traffic.RouteConfiguration routes, Set<String> clusters)
      implements Content {}

  /** A cluster. */
  record ClusterContent(ClusterParser.Parsed parsed) implements Content {}

  /** Whose addresses are whose. */
  record NameContent(NameTable table) implements Content {}

  /** A load assignment. */
  record EndpointContent(ClusterEndpoints endpoints) implements Content {}

  /**
   * Reads a message.
   *
   * @param server whether it was asked for as the listener of a server
   * @throws IllegalArgumentException saying why it must be refused
   */
  static Content parse(ResourceType type, ByteString bytes, boolean server) {
    try {
      return switch (type) {
        case CLUSTER -> new ClusterContent(ClusterParser.parse(Cluster.parseFrom(bytes)));
        case ENDPOINTS ->
            new EndpointContent(EndpointsParser.parse(ClusterLoadAssignment.parseFrom(bytes)));
        case LISTENER -> {
          var parsed =
              new ListenerParser(FilterParsers.INSTALLED).parse(Listener.parseFrom(bytes), server);
          yield new ListenerContent(
              parsed.listener(),
              parsed.inbound(),
              parsed.elsewhere(),
              References.routes(parsed.listener()),
              parsed.inbound() ? Set.of() : References.clusters(parsed.listener()));
        }
        case NAMES -> new NameContent(NameTable.parse(bytes));
        case ROUTES -> {
          var routes = RouteConfigurationParser.parse(RouteConfiguration.parseFrom(bytes));
          yield new RouteContent(routes, References.clusters(routes));
        }
      };
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not a " + type.message() + ": " + e.getMessage(), e);
    }
  }
}
