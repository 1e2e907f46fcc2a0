package io.duomesh.xds;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a resource.
 *
 * @param type full name of its message, such as {@code envoy.config.cluster.v3.Cluster}
 * @param name its name
 * @param outcome whether it is in use
 * @param reason why it was refused or is not in use; empty otherwise
 * @param ignored the fields and filters that it sets and that change nothing, with reasons
 */
public record XdsVerdict(
    String type, String name, Outcome outcome, String reason, List<String> ignored) {

  /** Whether a resource is in use. */
  public enum Outcome {
    /** It is in use, and so is all that it says. */
    USED,
    /** It is in use; some of what it says changes nothing. */
    PARTLY_IGNORED,
    /** It is held and nothing refers to it. */
    UNUSED,
    /** It is refused. */
    REFUSED
  }

  /** Copies the list. */
  public XdsVerdict {
    ignored = List.copyOf(ignored);
  }

  static XdsVerdict of(
      ResourceType type, String name, @Nullable String refusal, List<String> ignored) {
    Outcome outcome =
        refusal != null
            ? Outcome.REFUSED
            : ignored.isEmpty() ? Outcome.USED : Outcome.PARTLY_IGNORED;
    return new XdsVerdict(type.message(), name, outcome, refusal == null ? "" : refusal, ignored);
  }

  static XdsVerdict unused(ResourceType type, String name) {
    return new XdsVerdict(type.message(), name, Outcome.UNUSED, "nothing refers to it", List.of());
  }
}
