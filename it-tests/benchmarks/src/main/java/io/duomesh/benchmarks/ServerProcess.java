package io.duomesh.benchmarks;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * The server's process: prints its port, then its usage for each line it reads; ends with its
 * input.
 */
final class ServerProcess {
  private ServerProcess() {}

  public static void main(String[] arguments) throws Exception {
    System.out.println(Peer.of(arguments[0]).serve());
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (commands.readLine() != null) {
      Usage usage = Usage.now();
      System.out.println(usage.cpuNanos() + " " + usage.bytes());
    }
    System.exit(0);
  }
}
