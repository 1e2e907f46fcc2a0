package io.duomesh.governance.lb;

import io.duomesh.traffic.Endpoint;
import java.util.Map;

/** The text by which hash-based balancing knows an endpoint. */
final class HashKeys {
  private HashKeys() {}

  /** {@code hash_key} of the metadata if it is a non-empty text, else the name or address. */
  static String of(Endpoint endpoint, boolean useHostname) {
    Object given = endpoint.metadata().getOrDefault("envoy.lb", Map.of()).get("hash_key");
    if (given instanceof String key && !key.isEmpty()) {
      return key;
    }
    return useHostname ? endpoint.hostname() : endpoint.address();
  }
}
