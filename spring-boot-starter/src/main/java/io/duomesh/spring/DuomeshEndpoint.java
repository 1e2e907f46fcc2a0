package io.duomesh.spring;

import io.duomesh.Duomesh;
import io.duomesh.Explanation;
import io.duomesh.MeshState;
import io.duomesh.Metadata;
import io.duomesh.Mode;
import io.duomesh.Status;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * {@code /actuator/duomesh}: what the runtime does now; {@code /actuator/duomesh/explain}: where a
 * call would go and why; and, if {@code management.endpoint.duomesh.access} is {@code
 * unrestricted}, the switch of the mode.
 */
@Endpoint(id = "duomesh", defaultAccess = Access.READ_ONLY)
final class DuomeshEndpoint {
  private final Duomesh duomesh;

  DuomeshEndpoint(Duomesh duomesh) {
    this.duomesh = duomesh;
  }

  /** {@code GET /actuator/duomesh}. */
  @ReadOperation
  State state() {
    MeshState state = duomesh.state();
    return new State(
        state.mode().toString(),
        state.ready(),
        state.source(),
        state.snapshotVersion(),
        text(state.trouble()),
        state.serverPort(),
        state.services(),
        state.clusters());
  }

  /**
   * {@code GET /actuator/duomesh/explain?target=…&path=/service/method&header=name:value&random=0}.
   *
   * @param question {@code explain}
   * @param random stands in for weights and fractions; any where it is left out
   */
  @ReadOperation
  @Nullable Decision explain(
      @Selector String question,
      String target,
      @org.springframework.lang.Nullable String path,
      @org.springframework.lang.Nullable List<String> header,
      @org.springframework.lang.Nullable String random) {
    if (!question.equals("explain")) {
      return null;
    }
    Explanation explanation;
    try {
      explanation =
          duomesh.explain(
              target,
              path == null ? "/" : path,
              headers(header == null ? List.of() : header),
              random == null ? ThreadLocalRandom.current().nextLong() : number(random));
    } catch (IllegalArgumentException e) {
      throw refused(e);
    }
    return new Decision(
        explanation.target(),
        explanation.listener(),
        explanation.routeConfiguration(),
        explanation.virtualHost(),
        explanation.route(),
        explanation.cluster(),
        explanation.protocol(),
        explanation.endpoint(),
        text(explanation.status()),
        explanation.why());
  }

  /** {@code POST /actuator/duomesh} with <code>{"mode":"sidecar"}</code>. */
  @WriteOperation
  State switchTo(String mode) {
    try {
      duomesh.switchTo(Mode.of(mode));
    } catch (IllegalArgumentException | IllegalStateException e) { // no such mode; no configuration
      throw refused(e);
    }
    return state();
  }

  /** The reason is what Boot shows, where the application lets it. */
  private static InvalidEndpointRequestException refused(RuntimeException e) {
    String why = String.valueOf(e.getMessage());
    return new InvalidEndpointRequestException(why, why, e);
  }

  private static long number(String random) {
    try {
      return Long.parseUnsignedLong(random);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("random: " + random + " (expected: a whole number)", e);
    }
  }

  private static Metadata headers(List<String> texts) {
    Metadata.Builder headers = Metadata.builder();
    for (String text : texts) {
      int colon = text.indexOf(':');
      if (colon <= 0) {
        throw new IllegalArgumentException("header: " + text + " (expected: name:value)");
      }
      headers.add(text.substring(0, colon).trim(), text.substring(colon + 1).trim());
    }
    return headers.build();
  }

  private static @Nullable String text(@Nullable Status status) {
    return status == null ? null : status.toString();
  }

  /** {@link MeshState} with its status as text. */
  record State(
      String mode,
      boolean ready,
      String source,
      String snapshotVersion,
      @Nullable String trouble,
      int serverPort,
      List<String> services,
      List<MeshState.Cluster> clusters) {}

  /** {@link Explanation} with its status as text. */
  record Decision(
      String target,
      @Nullable String listener,
      @Nullable String routeConfiguration,
      @Nullable String virtualHost,
      @Nullable String route,
      @Nullable String cluster,
      @Nullable String protocol,
      @Nullable String endpoint,
      @Nullable String status,
      List<String> why) {}
}
