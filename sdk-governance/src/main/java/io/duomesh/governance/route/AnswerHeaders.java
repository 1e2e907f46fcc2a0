package io.duomesh.governance.route;

import io.duomesh.Metadata;
import io.duomesh.traffic.HeaderMutations;
import io.duomesh.traffic.RouteConfiguration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Headers that a filter adds to an answer of its own; their formats see the request. Immutable. */
public final class AnswerHeaders {
  /** Where a request goes of which no route is known. */
  private static final RouteChoice NOWHERE =
      RouteTable.compile(RouteConfiguration.of("")).choices().get(0);

  private final HeaderMutator mutator;

  private AnswerHeaders(HeaderMutator mutator) {
    this.mutator = mutator;
  }

  /** Makes additions ready. */
  public static AnswerHeaders of(List<HeaderMutations.Addition> additions) {
    return new AnswerHeaders(
        HeaderMutator.responses(new HeaderMutations(List.of(), List.of(), additions, List.of())));
  }

  /**
   * The headers of the answer to a request.
   *
   * @param choice where it would have gone; null where that is not known
   */
  public Metadata of(RequestHead head, @Nullable RouteChoice choice) {
    if (mutator.isEmpty()) {
      return Metadata.EMPTY;
    }
    HeaderList headers = new HeaderList(new Answer(head));
    mutator.apply(headers, new Format.Context(head, choice == null ? NOWHERE : choice, headers, 0));
    Metadata.Builder added = Metadata.builder();
    for (int i = 0; i < headers.size(); i++) {
      added.add(headers.name(i), headers.value(i));
    }
    return added.build();
  }

  /** An answer without headers yet. */
  private record Answer(RequestHead request) implements MetadataHead {
    @Override
    public String authority() {
      return request.authority();
    }

    @Override
    public String path() {
      return request.path();
    }

    @Override
    public Metadata metadata() {
      return Metadata.EMPTY;
    }
  }
}
