package io.duomesh.xds;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The kinds of resources that make up a snapshot, in the order in which they are asked for. */
enum ResourceType {
  CLUSTER("envoy.config.cluster.v3.Cluster", "name", true),
  ENDPOINTS("envoy.config.endpoint.v3.ClusterLoadAssignment", "cluster_name", false),
  LISTENER("envoy.config.listener.v3.Listener", "name", true),
  ROUTES("envoy.config.route.v3.RouteConfiguration", "name", false),
  /** Istio's own: one table, without a name, of the addresses of services. */
  NAMES("istio.networking.nds.v1.NameTable", "", true);

  private static final String PREFIX = "type.googleapis.com/";

  private final String message;
  private final String nameField;
  private final boolean complete;

  ResourceType(String message, String nameField, boolean complete) {
    this.message = message;
    this.nameField = nameField;
    this.complete = complete;
  }

  /** Full name of the message. */
  String message() {
    return message;
  }

  /** As a word in a sentence. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  String typeUrl() {
    return PREFIX + message;
  }

  /** The field that holds a resource's name. */
  String nameField() {
    return nameField;
  }

  /**
   * Whether a state-of-the-world response holds all there is, and whether the type can be asked for
   * by wildcard.
   */
  boolean complete() {
    return complete;
  }

  /** The type of a URL; null for one that is not read here. */
  static @Nullable ResourceType of(String typeUrl) {
    for (ResourceType type : values()) {
      if (type.typeUrl().equals(typeUrl)) {
        return type;
      }
    }
    return null;
  }
}
