package io.duomesh;

/**
 * How many endpoints were left after each stage of choosing one: why "no endpoint" is no riddle.
 *
 * @param resolved endpoints that the source of the cluster gave
 * @param subset those in the subset that the route asks for
 * @param healthy those of them that may be used (health status, ejection, drain)
 * @param chosen 1 if an endpoint was chosen, else 0
 */
public record StageCounts(int resolved, int subset, int healthy, int chosen) {
  @Override
  public String toString() {
    return "resolved "
        + resolved
        + ", subset "
        + subset
        + ", healthy "
        + healthy
        + ", chosen "
        + chosen;
  }
}
