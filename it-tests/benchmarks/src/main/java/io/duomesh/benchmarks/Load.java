package io.duomesh.benchmarks;

import java.util.Locale;

/**
 * What a peer is asked to carry.
 *
 * @param payload what is echoed
 * @param connections between client and server
 * @param inFlight calls that have not ended
 */
record Load(Payload payload, int connections, int inFlight) {
  @Override
  public String toString() {
    return "%s, %d in flight, %d connection%s"
        .formatted(
            payload.name().toLowerCase(Locale.ROOT),
            inFlight,
            connections,
            connections == 1 ? "" : "s");
  }
}
