package io.duomesh.spring;

import io.duomesh.Duomesh;
import io.duomesh.MeshState;
import io.duomesh.Status;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the health contributor says, for both health APIs.
 *
 * @param ready whether calls can be routed
 * @param details why, and by what
 */
record HealthDetails(boolean ready, Map<String, Object> details) {
  /** The contributor's name. */
  static final String NAME = "duomesh";

  static HealthDetails of(Duomesh duomesh) {
    MeshState state = duomesh.state();
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("mode", state.mode().toString());
    details.put("source", state.source());
    details.put("snapshotVersion", state.snapshotVersion());
    Status trouble = state.trouble();
    if (trouble != null) {
      details.put("trouble", trouble.toString());
    }
    return new HealthDetails(state.ready(), details);
  }

  /**
   * Whether a group of the health endpoint is to hold the contributor: readiness, never liveness.
   */
  static boolean belongsTo(String group) {
    return group.equals("readiness");
  }
}
