package io.duomesh.xds;

import com.google.gson.JsonObject;
import com.google.protobuf.Value;
import io.duomesh.Settings;
import io.duomesh.xds.proto.envoy.config.core.v3.Locality;
import io.duomesh.xds.proto.envoy.config.core.v3.Node;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who this process is to its control plane: the bootstrap's node, and the settings that win. */
final class BootstrapNode {
  private static final String KEY = "duomesh.xds.";

  private BootstrapNode() {}

  /**
   * The node.
   *
   * @throws IllegalArgumentException naming the setting that does not do
   */
  static Node of(Settings settings, JsonObject bootstrap) {
    Node.Builder node = Node.newBuilder();
    if (bootstrap.get("node") instanceof JsonObject given) {
      XdsJson.merge(given, node);
    }
    String id = settings.get(KEY + "node.id");
    if (id != null || node.getId().isEmpty()) {
      node.setId(id != null ? id : hostName());
    }
    String cluster = settings.get(KEY + "node.cluster");
    if (cluster != null) {
      node.setCluster(cluster);
    }
    String metadata = settings.get(KEY + "node.metadata");
    if (metadata != null) {
      XdsJson.merge(object(metadata), node.getMetadataBuilder());
    }
    String locality = settings.get(KEY + "node.locality", "");
    if (!locality.isEmpty()) {
      List<String> parts = List.of(locality.split("/", 3));
      node.setLocality(
          Locality.newBuilder()
              .setRegion(parts.get(0))
              .setZone(parts.size() > 1 ? parts.get(1) : "")
              .setSubZone(parts.size() > 2 ? parts.get(2) : ""));
    }
    return node.setUserAgentName("duomesh")
        .setUserAgentVersion("0.1.0")
        .addClientFeatures("xds.config.resource-in-sotw")
        .addClientFeatures("xds.config.supports-resource-ttl")
        .build();
  }

  private static JsonObject object(String metadata) {
    try {
      if (XdsJson.tree(metadata) instanceof JsonObject object) {
        return object;
      }
    } catch (IllegalArgumentException e) {
      throw wrong(metadata, e);
    }
    throw wrong(metadata, null);
  }

  private static IllegalArgumentException wrong(String metadata, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        KEY + "node.metadata: " + metadata + " (expected: a JSON object)", cause);
  }

  /** Whether Istio is asked for what it makes for gRPC, instead of for a sidecar. */
  static boolean wantsGrpc(Node node) {
    return node.getMetadata()
        .getFieldsOrDefault("GENERATOR", Value.getDefaultInstance())
        .getStringValue()
        .equals("grpc");
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
