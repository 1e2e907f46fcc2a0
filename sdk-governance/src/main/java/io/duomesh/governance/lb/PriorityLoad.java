package io.duomesh.governance.lb;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How load is shared by priorities, in whole percent: first by their healthy endpoints, each
 * priority taking what its health lets it, then by their degraded ones. Envoy's arithmetic,
 * roundings included. Immutable.
 */
final class PriorityLoad {
  private final int[] healthy;
  private final int[] degraded;
  private final boolean[] panic;
  private final int[] health;
  private final int[] degradedHealth;

  private PriorityLoad(
      int[] healthy, int[] degraded, boolean[] panic, int[] health, int[] degradedHealth) {
    this.health = health;
    this.degradedHealth = degradedHealth;
    this.healthy = healthy;
    this.degraded = degraded;
    this.panic = panic;
  }

  /** How many priorities there are. */
  int count() {
    return panic.length;
  }

  /** Percent for the healthy endpoints of a priority. */
  int healthy(int priority) {
    return healthy[priority];
  }

  /** Percent for the degraded ones. */
  int degraded(int priority) {
    return degraded[priority];
  }

  /** Whether a priority uses all its endpoints. */
  boolean panic(int priority) {
    return panic[priority];
  }

  /**
   * What counts of a priority.
   *
   * @param hosts endpoints
   * @param healthyHosts healthy ones
   * @param degradedHosts degraded ones
   * @param weight what health is a share of: number or weight of the endpoints
   * @param healthyWeight that of the healthy ones
   * @param degradedWeight that of the degraded ones
   */
  record Tier(
      int hosts,
      int healthyHosts,
      int degradedHosts,
      long weight,
      long healthyWeight,
      long degradedWeight) {

    static Tier of(int hosts, int healthyHosts, int degradedHosts) {
      return new Tier(hosts, healthyHosts, degradedHosts, hosts, healthyHosts, degradedHosts);
    }

    private int health(long part, int overprovisioning) {
      return weight == 0 ? 0 : (int) Math.min(100, overprovisioning * part / weight);
    }

    private boolean below(double threshold) {
      return 100.0 * (healthyHosts + degradedHosts) / Math.max(1, hosts) < threshold;
    }
  }

  static PriorityLoad of(List<Tier> tiers, int overprovisioning, double panicThreshold) {
    int count = tiers.size();
    int[] health = new int[count];
    int[] degradedHealth = new int[count];
    int sum = 0;
    for (int i = 0; i < count; i++) {
      Tier tier = tiers.get(i);
      health[i] = tier.health(tier.healthyWeight, overprovisioning);
      degradedHealth[i] = tier.health(tier.degradedWeight, overprovisioning);
      sum += health[i] + degradedHealth[i];
    }
    int available = Math.min(100, sum);
    boolean[] panic = new boolean[count];
    if (available == 0 && panicThreshold == 0) {
      return new PriorityLoad(allToFirst(count), new int[count], panic, health, degradedHealth);
    }
    boolean all = true;
    for (int i = 0; i < count; i++) {
      panic[i] = available < 100 && tiers.get(i).below(panicThreshold);
      all &= panic[i];
    }
    return all
        ? new PriorityLoad(byNumber(tiers), new int[count], panic, health, degradedHealth)
        : byHealth(health, degradedHealth, available, panic);
  }

  /** The load where some priorities are left out; null if none of the others has any health. */
  @Nullable PriorityLoad without(boolean[] leftOut) {
    int[] rest = health.clone();
    int[] degradedRest = degradedHealth.clone();
    int sum = 0;
    for (int i = 0; i < leftOut.length; i++) {
      if (leftOut[i]) {
        rest[i] = 0;
        degradedRest[i] = 0;
      }
      sum += rest[i] + degradedRest[i];
    }
    return sum == 0 ? null : byHealth(rest, degradedRest, Math.min(100, sum), panic);
  }

  private static PriorityLoad byHealth(
      int[] health, int[] degradedHealth, int available, boolean[] panic) {
    int[] healthy = new int[health.length];
    int[] degraded = new int[health.length];
    int left = 100;
    left -= share(health, healthy, left, available);
    left -= share(degradedHealth, degraded, left, available);
    addToFirst(health, healthy, degradedHealth, degraded, left);
    return new PriorityLoad(healthy, degraded, panic, health, degradedHealth);
  }

  /** Gives each its part of the available health, while there is load; how much was given. */
  private static int share(int[] health, int[] load, int most, int available) {
    int given = 0;
    for (int i = 0; i < health.length && available > 0; i++) {
      load[i] = Math.min(most - given, health[i] * 100 / available);
      given += load[i];
    }
    return given;
  }

  /** What rounding left over goes to the first that has any health. */
  private static void addToFirst(
      int[] health, int[] healthy, int[] degradedHealth, int[] degraded, int left) {
    for (int i = 0; i < health.length; i++) {
      if (health[i] > 0) {
        healthy[i] += left;
        return;
      }
    }
    for (int i = 0; i < degradedHealth.length; i++) {
      if (degradedHealth[i] > 0) {
        degraded[i] += left;
        return;
      }
    }
  }

  private static int[] byNumber(List<Tier> tiers) {
    int[] load = new int[tiers.size()];
    long hosts = tiers.stream().mapToLong(Tier::hosts).sum();
    if (hosts == 0) {
      return allToFirst(load.length);
    }
    int left = 100;
    for (int i = 0; i < load.length; i++) {
      load[i] = (int) (100L * tiers.get(i).hosts / hosts);
      left -= load[i];
    }
    int first = 0;
    while (load[first] == 0) {
      first++;
    }
    load[first] += left;
    return load;
  }

  private static int[] allToFirst(int count) {
    int[] load = new int[count];
    load[0] = 100;
    return load;
  }
}
