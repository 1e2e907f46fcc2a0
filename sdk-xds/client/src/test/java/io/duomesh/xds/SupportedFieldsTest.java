package io.duomesh.xds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import io.duomesh.xds.proto.envoy.config.cluster.v3.Cluster;
import io.duomesh.xds.proto.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.duomesh.xds.proto.envoy.config.listener.v3.Listener;
import io.duomesh.xds.proto.envoy.config.route.v3.RouteConfiguration;
import io.duomesh.xds.proto.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.duomesh.xds.proto.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.duomesh.xds.proto.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The table of verdicts against the messages themselves. */
final class SupportedFieldsTest {
  private static final List<Descriptor> READ =
      List.of(
          Listener.getDescriptor(),
          HttpConnectionManager.getDescriptor(),
          TcpProxy.getDescriptor(),
          LocalRateLimit.getDescriptor(),
          RouteConfiguration.getDescriptor(),
          Cluster.getDescriptor(),
          ClusterLoadAssignment.getDescriptor());

  /** Every message that is part of one that is read, by name. */
  private static Map<String, Descriptor> reachable() {
    Map<String, Descriptor> found = new HashMap<>();
    Deque<Descriptor> open = new ArrayDeque<>(READ);
    while (!open.isEmpty()) {
      Descriptor next = open.remove();
      if (found.put(next.getFullName(), next) == null) {
        for (FieldDescriptor field : next.getFields()) {
          if (field.getJavaType() == JavaType.MESSAGE) {
            open.add(field.getMessageType());
          }
        }
      }
    }
    return found;
  }

  @Test
  void everyFieldOfEveryMessageInTheTableHasAVerdict() {
    Map<String, Descriptor> reachable = reachable();
    Set<String> without = new HashSet<>();
    for (String name : SupportedFields.TABLE.messages()) {
      Descriptor message = reachable.get(name);
      if (message != null) {
        for (FieldDescriptor field : message.getFields()) {
          if (SupportedFields.TABLE.entry(name, field.getName()) == null) {
            without.add(name + " " + field.getName());
          }
        }
      }
    }
    assertEquals(Set.of(), without);
  }

  @Test
  void everyMessageOfAFieldThatIsUsedIsInTheTable() {
    Set<String> without = new HashSet<>();
    Set<String> seen = new HashSet<>();
    Deque<Descriptor> open = new ArrayDeque<>(READ);
    while (!open.isEmpty()) {
      Descriptor next = open.remove();
      String name = next.getFullName();
      boolean ours = name.startsWith("envoy.");
      if (!ours || !seen.add(name)) {
        continue;
      }
      boolean entry = next.getOptions().getMapEntry();
      boolean empty = next.getFields().isEmpty();
      if (!entry && !empty && !SupportedFields.TABLE.messages().contains(name)) {
        without.add(name);
      }
      for (FieldDescriptor field : next.getFields()) {
        SupportedFields.Entry line = SupportedFields.TABLE.entry(name, field.getName());
        boolean used = entry || line != null && line.verdict() == SupportedFields.Verdict.USED;
        if (used && field.getJavaType() == JavaType.MESSAGE) {
          open.add(field.getMessageType());
        }
      }
    }
    assertTrue(seen.size() > 80, "messages: " + seen.size());
    assertEquals(Set.of(), without);
  }

  @Test
  void everyLineOfTheTableIsAboutAFieldThatExists() {
    Map<String, Descriptor> reachable = reachable();
    List<String> stray = new ArrayList<>();
    int checked = 0;
    for (String name : SupportedFields.TABLE.messages()) {
      Descriptor message = reachable.get(name);
      if (message == null) {
        continue; // inside an Any, or a filter
      }
      for (String field : SupportedFields.TABLE.fields(name)) {
        checked++;
        if (message.findFieldByName(field) == null) {
          stray.add(name + " " + field);
        }
      }
    }
    assertTrue(checked > 300, "lines: " + checked);
    assertEquals(List.of(), stray);
  }
}
