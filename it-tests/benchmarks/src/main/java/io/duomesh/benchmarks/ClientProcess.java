package io.duomesh.benchmarks;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The client's process. Arguments: peer, port, calls in flight, seconds of warming, seconds of
 * measuring. Prints {@code start}, waits for a line, measures, prints the result.
 */
final class ClientProcess {
  private ClientProcess() {}

  public static void main(String[] arguments) throws Exception {
    Peer.Caller caller = Peer.of(arguments[0]).connect(Integer.parseInt(arguments[1]));
    ClosedLoop loop = new ClosedLoop(caller, Integer.parseInt(arguments[2]));
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    loop.start();
    loop.measure(Duration.ofSeconds(Long.parseLong(arguments[3])));
    System.out.println("start");
    commands.readLine();
    System.out.println(loop.measure(Duration.ofSeconds(Long.parseLong(arguments[4]))));
    commands.readLine();
    System.exit(0);
  }
}
