package io.duomesh.runtime.cluster;

import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Endpoint;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.Transports;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * What all clusters of a runtime share.
 *
 * @param transports what connections are made by
 * @param scheduler the control thread
 */
public record ClusterContext(Transports transports, ScheduledExecutorService scheduler) {
  /** How long calls stay with the old endpoints or clusters while new ones connect. */
  public static final long WARM_MILLIS = 1_000;

  EndpointHandle connect(ClusterSpec spec, String protocol, Endpoint endpoint) {
    return new EndpointHandle(
        endpoint,
        transports.factory(protocol),
        new ConnectSpec(
            endpoint.host(),
            endpoint.port(),
            spec.connectTimeout(),
            spec.tls(),
            spec.serialization(),
            transports,
            Map.of()),
        scheduler);
  }

  /** The calling thread's generator. */
  RandomGenerator random() {
    return ThreadLocalRandom.current();
  }
}
