package io.duomesh.traffic;

/**
 * A filter as the configuration names it. Its state (a token bucket, say) belongs to its site and
 * survives a new snapshot as long as {@code config} is equal.
 *
 * @param name the instance's name in its chain; per-route configuration refers to it
 * @param config an immutable value with {@code equals}; its class selects the {@link
 *     io.duomesh.spi.FilterFactory}
 * @param optional whether a runtime without a factory for it leaves it out instead of refusing
 * @param disabled whether it is off unless a route's own configuration turns it on
 */
public record FilterSpec(String name, Object config, boolean optional, boolean disabled) {

  /** A filter that is on and must be understood. */
  public static FilterSpec of(String name, Object config) {
    return new FilterSpec(name, config, false, false);
  }

  /** Per-route configuration that turns a filter off. */
  public record Disabled() {}
}
