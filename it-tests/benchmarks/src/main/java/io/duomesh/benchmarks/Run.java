package io.duomesh.benchmarks;

/**
 * One run of one peer under one load.
 *
 * @param peer its name
 * @param load what it carried
 * @param calls calls that ended in the measured time
 * @param nanos the measured time
 * @param client what the client's process used
 * @param server what the server's process used
 * @param p50 median latency in nanoseconds
 * @param p99 99th percentile
 * @param p999 99.9th percentile
 * @param failed calls that ended with an error, the time of warming included
 * @param lost calls that never ended
 */
record Run(
    String peer,
    Load load,
    long calls,
    long nanos,
    Usage client,
    Usage server,
    long p50,
    long p99,
    long p999,
    long failed,
    long lost) {

  /** CPU of both sides, in microseconds per call. */
  double cpuMicros() {
    return clientCpuMicros() + serverCpuMicros();
  }

  double clientCpuMicros() {
    return client.cpuNanos() / 1000.0 / calls;
  }

  double serverCpuMicros() {
    return server.cpuNanos() / 1000.0 / calls;
  }

  /** Heap bytes of both sides per call. */
  double bytes() {
    return (double) (client.bytes() + server.bytes()) / calls;
  }

  /** Context switches of both sides per call. */
  double switches() {
    return (double) (client.switches() + server.switches()) / calls;
  }

  double callsPerSecond() {
    return calls * 1e9 / nanos;
  }
}
