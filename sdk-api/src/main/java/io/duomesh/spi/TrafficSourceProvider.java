package io.duomesh.spi;

import io.duomesh.Settings;

/**
 * Makes the traffic source of a target scheme: {@code xds}, {@code dns}, {@code static}, {@code
 * registry}. Found by {@link java.util.ServiceLoader}; two for one scheme are an error.
 */
public interface TrafficSourceProvider {
  /** The scheme it serves, lower case. */
  String scheme();

  /**
   * The source for targets of the scheme. One source serves all of them in a runtime; it is told
   * the targets by {@link TrafficSource.Context#demand()}.
   *
   * @throws IllegalArgumentException with the setting's name if the settings do not do
   */
  TrafficSource create(Settings settings);
}
