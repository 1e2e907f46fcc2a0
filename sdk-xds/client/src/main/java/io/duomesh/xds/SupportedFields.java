package io.duomesh.xds;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.duomesh.xds.proto.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The table of what is understood: a verdict for each field of each message that this module reads,
 * and for filters. It drives validation, the dump and the documentation alike. Lines are {@code
 * message field verdict [why]}, or {@code filter type verdict [why]}.
 */
final class SupportedFields {
  /** The table of this module. */
  static final SupportedFields TABLE = load("supported-fields.txt");

  /** What becomes of a field that a resource sets. */
  enum Verdict {
    USED,
    IGNORED,
    REFUSED
  }

  /** A line of the table. */
  record Entry(Verdict verdict, String why) {}

  private final Map<String, Map<String, Entry>> messages = new TreeMap<>();

  // Each is read, and so checked, on its own.
  private final Set<String> mayRefuse = new HashSet<>();

  private static SupportedFields load(String resource) {
    SupportedFields table = new SupportedFields();
    InputStream stream =
        Objects.requireNonNull(SupportedFields.class.getResourceAsStream(resource), resource);
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          table.add(line.strip().split("\\s+", 4));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return table;
  }

  private void add(String[] columns) {
    Entry entry =
        new Entry(
            Verdict.valueOf(columns[2].toUpperCase(java.util.Locale.ROOT)),
            columns.length > 3 ? columns[3] : "");
    if (entry.verdict() == Verdict.REFUSED) {
      mayRefuse.add(columns[0]);
    }
    messages.computeIfAbsent(columns[0], type -> new HashMap<>()).put(columns[1], entry);
  }

  /** The messages that have lines; {@code filter} for the filters. */
  Set<String> messages() {
    return messages.keySet();
  }

  /** The fields of a message that have lines. */
  Set<String> fields(String message) {
    return messages.getOrDefault(message, Map.of()).keySet();
  }

  /** The line of a field; null where there is none. */
  @Nullable Entry entry(String message, String field) {
    return messages.getOrDefault(message, Map.of()).get(field);
  }

  /** Whether a filter means nothing here, or nothing yet, and is left out. */
  boolean ignoresFilter(String type) {
    Entry entry = entry("filter", type);
    return entry != null && entry.verdict() == Verdict.IGNORED;
  }

  /** {@code " (why)"} where the table says why a filter is ignored. */
  String whyIgnored(HttpFilter filter) {
    Entry entry = entry("filter", FilterParsers.effectiveType(filter.getTypedConfig()));
    return entry == null || entry.why().isEmpty() ? "" : " (" + entry.why() + ")";
  }

  /**
   * Refuses a message that sets what must not be overlooked.
   *
   * @throws IllegalArgumentException naming the field and why
   */
  void check(Message message) {
    if (!mayRefuse.contains(message.getDescriptorForType().getFullName())) {
      return;
    }
    String type = message.getDescriptorForType().getFullName();
    for (FieldDescriptor field : message.getAllFields().keySet()) {
      Entry entry = entry(type, field.getName());
      if (entry != null && entry.verdict() == Verdict.REFUSED) {
        throw new IllegalArgumentException(field.getName() + " is not supported: " + entry.why());
      }
    }
  }

  /**
   * The fields that a message sets and that change nothing, by path, with the reason if there is
   * one.
   */
  List<String> ignored(Message message) {
    List<String> ignored = new ArrayList<>();
    walk(
        message,
        "",
        (path, entry) -> {
          if (entry.verdict() == Verdict.IGNORED) {
            ignored.add(entry.why().isEmpty() ? path : path + " (" + entry.why() + ")");
          }
        });
    return ignored;
  }

  private interface Visitor {
    void visit(String path, Entry entry);
  }

  private void walk(Message message, String path, Visitor visitor) {
    Map<String, Entry> fields = messages.get(message.getDescriptorForType().getFullName());
    if (fields == null) {
      return;
    }
    for (Map.Entry<FieldDescriptor, Object> set : message.getAllFields().entrySet()) {
      Entry entry = fields.get(set.getKey().getName());
      if (entry == null) {
        continue;
      }
      String name = path + set.getKey().getName();
      visitor.visit(name, entry);
      if (entry.verdict() != Verdict.USED) {
        continue;
      }
      if (set.getValue() instanceof Message inner) {
        walk(inner, name + ".", visitor);
      } else if (set.getValue() instanceof List<?> list) {
        for (int i = 0; i < list.size(); i++) {
          if (list.get(i) instanceof Message inner) {
            walk(inner, name + "[" + i + "].", visitor);
          }
        }
      }
    }
  }
}
