package io.duomesh.governance.route;

import io.duomesh.traffic.HeaderMutations;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.VirtualHost;
import io.duomesh.traffic.WeightedCluster;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The levels of header mutations, in the order in which they apply. */
final class Levels {
  private Levels() {}

  static List<HeaderMutations> of(
      RouteConfiguration table,
      VirtualHost host,
      @Nullable Route route,
      @Nullable WeightedCluster cluster) {
    HeaderMutations ofCluster = cluster == null ? HeaderMutations.NONE : cluster.headers();
    HeaderMutations ofRoute = route == null ? HeaderMutations.NONE : route.headers();
    return table.mostSpecificHeaderMutationsWins()
        ? List.of(ofCluster, table.headers(), host.headers(), ofRoute)
        : List.of(ofCluster, ofRoute, host.headers(), table.headers());
  }

  /** A weighted cluster's host literal is set right after its own, most specific level. */
  static HeaderMutator[] requests(List<HeaderMutations> levels, @Nullable String weightedHost) {
    List<HeaderMutator> mutators = new ArrayList<>(4);
    mutators.add(HeaderMutator.requests(levels.get(0), weightedHost));
    for (HeaderMutations level : levels.subList(1, levels.size())) {
      mutators.add(HeaderMutator.requests(level, null));
    }
    return withoutEmpty(mutators);
  }

  static HeaderMutator[] responses(List<HeaderMutations> levels) {
    List<HeaderMutator> mutators = new ArrayList<>(4);
    levels.forEach(level -> mutators.add(HeaderMutator.responses(level)));
    return withoutEmpty(mutators);
  }

  private static HeaderMutator[] withoutEmpty(List<HeaderMutator> mutators) {
    mutators.removeIf(HeaderMutator::isEmpty);
    return mutators.toArray(new HeaderMutator[0]);
  }
}
