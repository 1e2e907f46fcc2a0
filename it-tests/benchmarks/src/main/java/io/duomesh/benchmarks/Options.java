package io.duomesh.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What to run, as the command line says.
 *
 * @param cases what is measured, in order
 * @param runs how often
 * @param warmMillis CPU time that a run's client gets before it is measured
 * @param millis time that is measured
 * @param jdk home of the JDK that runs the peers
 * @param jvm more flags for it
 * @param json file that gets every run
 */
record Options(
    List<Case> cases,
    int runs,
    long warmMillis,
    long millis,
    String jdk,
    List<String> jvm,
    String json) {

  /** A load, and the peers that carry it by turns. */
  record Case(Load load, List<Peers> peers) {}

  private static final String USAGE =
      """
      --peers A,B      of raw, raw-hop, duomesh, duomesh-executor, duomesh-virtual, duomesh-blocking,
                       sofabolt, sofarpc, dubbo, dubbo-triple, grpc-direct, grpc
      --payload P,Q    of bytes, string, order, protobuf
      --in-flight N,M  calls in flight (32)
      --connections N  connections (1)
      --runs N         runs of each, by turns (2)
      --seconds N      measured time of a run (4); --warm N CPU seconds of the client before it (4)
      --full           all peers, payloads, 1, 32, 256 in flight and 4 connections; 3 runs of 5 s
      --jdk HOME       the JDK that runs the peers (this one); --jvm FLAGS more of its flags
      --json FILE      every run (target/benchmark.json)
      jmh …            the micro-benchmarks instead, with JMH's own options
      """;

  private static final List<Peers> USUAL =
      List.of(
          Peers.RAW_HOP,
          Peers.DUOMESH,
          Peers.DUOMESH_EXECUTOR,
          Peers.SOFABOLT,
          Peers.SOFARPC,
          Peers.GRPC_DIRECT);

  /**
   * Reads arguments.
   *
   * @throws IllegalArgumentException with the usage if they cannot be understood
   */
  static Options parse(String... arguments) {
    List<String> given = List.of(arguments);
    boolean full = given.contains("--full");
    List<Peers> peers = full ? List.of(Peers.values()) : USUAL;
    List<Payload> payloads =
        full ? List.of(Payload.values()) : List.of(Payload.BYTES, Payload.STRING, Payload.PROTOBUF);
    List<Integer> inFlight = full ? List.of(1, 32, 256) : List.of(32);
    List<Integer> connections = full ? List.of(1, 4) : List.of(1);
    int runs = full ? 3 : 2;
    double warm = full ? 8 : 4;
    double seconds = full ? 5 : 4;
    String jdk = System.getProperty("java.home");
    List<String> jvm = List.of();
    String json = "target/benchmark.json";
    for (int i = 0; i < given.size(); i++) {
      String option = given.get(i);
      if (option.equals("--full")) {
        continue;
      }
      String value = ++i < given.size() ? given.get(i) : "";
      switch (option) {
        case "--peers" -> peers = list(value).map(Peers::of).toList();
        case "--payload" -> payloads = list(value).map(Options::payload).toList();
        case "--in-flight" -> inFlight = list(value).map(Integer::valueOf).toList();
        case "--connections" -> connections = list(value).map(Integer::valueOf).toList();
        case "--runs" -> runs = Integer.parseInt(value);
        case "--seconds" -> seconds = Double.parseDouble(value);
        case "--warm" -> warm = Double.parseDouble(value);
        case "--jdk" -> jdk = value;
        case "--jvm" -> jvm = List.of(value.trim().split("\\s+"));
        case "--json" -> json = value;
        default -> throw new IllegalArgumentException("unknown option: " + option + "\n" + USAGE);
      }
    }
    return new Options(
        cases(peers, payloads, inFlight, connections),
        runs,
        (long) (warm * 1000),
        (long) (seconds * 1000),
        jdk,
        jvm,
        json);
  }

  /** Of the JDK that runs the peers. */
  String version() {
    return jdk.equals(System.getProperty("java.home"))
        ? String.valueOf(Runtime.version().feature())
        : "of " + jdk;
  }

  private static Stream<String> list(String value) {
    return Arrays.stream(value.split(",", -1)).map(String::trim);
  }

  private static Payload payload(String name) {
    return Payload.valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** Several connections are for 32 in flight alone, unless that is not asked for. */
  private static List<Case> cases(
      List<Peers> peers,
      List<Payload> payloads,
      List<Integer> inFlight,
      List<Integer> connections) {
    List<Case> cases = new ArrayList<>();
    for (Payload payload : payloads) {
      List<Peers> able = peers.stream().filter(p -> p.carries(payload)).toList();
      for (int some : connections) {
        for (int calls : inFlight) {
          if (some == 1 || calls == 32 || !inFlight.contains(32)) {
            cases.add(new Case(new Load(payload, some, calls), able));
          }
        }
      }
    }
    return cases;
  }
}
