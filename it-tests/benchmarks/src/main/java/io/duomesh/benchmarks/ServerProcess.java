package io.duomesh.benchmarks;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * The server's process. Arguments: peer, payload, connections, calls in flight. Prints its port,
 * then its usage for each line it reads; ends with its input.
 */
final class ServerProcess {
  private ServerProcess() {}

  public static void main(String[] arguments) throws Exception {
    Numbers.print(Peers.of(arguments[0]).make().serve(load(arguments)));
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (commands.readLine() != null) {
      Numbers.print(Usage.now());
    }
    Runtime.getRuntime().halt(0);
  }

  static Load load(String[] arguments) {
    return new Load(
        Payload.valueOf(arguments[1]),
        Integer.parseInt(arguments[2]),
        Integer.parseInt(arguments[3]));
  }
}
