package io.duomesh.benchmarks.idle;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Connections on which nothing happens: heap and direct memory of each on either side, beside
 * SOFABolt's, and what heartbeats cost with and without back-off, which is what a process uses
 * beyond one that never beats. Times are a tenth of the defaults: 1.5 s for 15 s, 7.5 s for 75 s;
 * ten times the beats make their cost plain.
 *
 * <p>Argument: the number of connections, default 10,000; needs that many open files.
 */
public final class IdleBenchmark {
  private static final int WARM = 500;

  private IdleBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    int connections = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
    System.out.printf("%,d idle connections; bytes of one connection%n", connections);
    System.out.println("peer       client heap  server heap  client direct  server direct");
    memory("duomesh", connections);
    memory("sofabolt", connections);
    System.out.println("heartbeats in 30 s   frames   client CPU ms   server CPU ms");
    double[] none = beats("none", connections, "10m", "10m");
    double[] fixed = beats("fixed 1.5 s", connections, "1500ms", "1500ms");
    double[] backedOff = beats("1.5 s .. 7.5 s", connections, "1500ms", "7500ms");
    System.out.printf(
        "back-off / fixed, less none: frames %.1f %%, CPU %.1f %% (client %.1f %%, server %.1f"
            + " %%)%n",
        share(backedOff[0], fixed[0], none[0]),
        share(backedOff[1] + backedOff[2], fixed[1] + fixed[2], none[1] + none[2]),
        share(backedOff[1], fixed[1], none[1]),
        share(backedOff[2], fixed[2], none[2]));
  }

  private static double share(double part, double whole, double neither) {
    return 100 * (part - neither) / (whole - neither);
  }

  private static void memory(String peer, int connections) throws Exception {
    try (IdleSide server = new IdleSide(peer, "15s", "60s");
        IdleSide client = new IdleSide(peer, "15s", "60s")) {
      int port = (int) server.ask("serve")[0];
      client.ask("connect " + port + " " + WARM);
      awaitBeats(client, WARM);
      long[] clientBefore = client.ask("memory");
      long[] serverBefore = server.ask("memory");
      client.ask("connect " + port + " " + connections);
      awaitBeats(client, WARM + connections);
      requireAll(client);
      long[] clientAfter = client.ask("memory");
      long[] serverAfter = server.ask("memory");
      System.out.printf(
          "%-10s %11d  %11d  %13d  %13d%n",
          peer,
          (clientAfter[0] - clientBefore[0]) / connections,
          (serverAfter[0] - serverBefore[0]) / connections,
          (clientAfter[1] - clientBefore[1]) / connections,
          (serverAfter[1] - serverBefore[1]) / connections);
    }
  }

  /** Until each connection has said something: only then does the server know its protocol. */
  private static void awaitBeats(IdleSide client, long connections) throws Exception {
    long beats = client.ask("usage")[1];
    if (beats < 0) {
      TimeUnit.SECONDS.sleep(20); // SOFABolt's come after 15 s
      return;
    }
    while (beats < 2 * connections) { // some have beaten more often
      TimeUnit.MILLISECONDS.sleep(500);
      beats = client.ask("usage")[1];
    }
  }

  private static void requireAll(IdleSide client) throws IOException {
    long lost = client.ask("usage")[2];
    if (lost > 0) {
      throw new IllegalStateException(
          lost + " connections were lost: the machine is too busy for their heartbeats");
    }
  }

  private static double[] beats(String name, int connections, String first, String longest)
      throws Exception {
    try (IdleSide server = new IdleSide("duomesh", first, longest);
        IdleSide client = new IdleSide("duomesh", first, longest)) {
      int port = (int) server.ask("serve")[0];
      client.ask("connect " + port + " " + connections);
      TimeUnit.SECONDS.sleep(25); // until every period is its longest
      long[] clientBefore = client.ask("usage");
      long[] serverBefore = server.ask("usage");
      TimeUnit.SECONDS.sleep(30);
      long[] clientAfter = client.ask("usage");
      long[] serverAfter = server.ask("usage");
      requireAll(client);
      double[] used = {
        clientAfter[1] - clientBefore[1],
        (clientAfter[0] - clientBefore[0]) / 1e6,
        (serverAfter[0] - serverBefore[0]) / 1e6
      };
      System.out.printf("%-18s %8.0f   %13.0f   %13.0f%n", name, used[0], used[1], used[2]);
      return used;
    }
  }
}
