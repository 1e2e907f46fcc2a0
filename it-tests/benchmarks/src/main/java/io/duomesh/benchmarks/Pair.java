package io.duomesh.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A server's and a client's process, each pinned to a core where the machine can pin and has two.
 */
final class Pair {
  private static final String[] JVM = {
    "-Xms1g",
    "-Xmx1g",
    "-XX:+UseG1GC",
    "-Dio.netty.leakDetection.level=disabled",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"
  };

  private final Options options;

  Pair(Options options) {
    this.options = options;
  }

  Run run(Peers peer, Load load) throws IOException {
    String who = peer + " (" + load + ")";
    List<String> what =
        List.of(
            peer.toString(),
            load.payload().name(),
            String.valueOf(load.connections()),
            String.valueOf(load.inFlight()));
    Process server = start(0, ServerProcess.class, what);
    try {
      BufferedReader fromServer = reader(server);
      long port = Numbers.read(fromServer, "the server of " + who)[0];
      List<String> more = new ArrayList<>(what);
      more.addAll(
          List.of(
              String.valueOf(port),
              String.valueOf(options.warmMillis()),
              String.valueOf(options.millis())));
      Process client = start(1, ClientProcess.class, more);
      try {
        return measured(peer, load, client, server, fromServer);
      } finally {
        client.destroyForcibly();
      }
    } finally {
      server.destroyForcibly();
    }
  }

  private static Run measured(
      Peers peer, Load load, Process client, Process server, BufferedReader fromServer)
      throws IOException {
    String who = peer + " (" + load + ")";
    BufferedReader fromClient = reader(client);
    Numbers.read(fromClient, "the client of " + who); // it is warm
    go(server);
    Usage before = usage(fromServer, who);
    go(client);
    long[] seen = Numbers.read(fromClient, "the client of " + who);
    Usage used = usage(fromClient, who);
    go(server);
    Usage after = usage(fromServer, who);
    go(client);
    long[] ends = Numbers.read(fromClient, "the client of " + who);
    return new Run(
        peer.toString(),
        load,
        seen[0],
        seen[1],
        used,
        after.since(before),
        seen[2],
        seen[3],
        seen[4],
        ends[0],
        ends[1]);
  }

  private Process start(int core, Class<?> main, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if (Pinning.AVAILABLE && Runtime.getRuntime().availableProcessors() > 1) {
      command.addAll(List.of("taskset", "-c", String.valueOf(core)));
    }
    command.add(options.jdk() + "/bin/java");
    command.addAll(Arrays.asList(JVM));
    command.addAll(options.jvm());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static BufferedReader reader(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private static Usage usage(BufferedReader from, String who) throws IOException {
    long[] told = Numbers.read(from, who);
    return new Usage(told[0], told[1], told[2]);
  }

  private static void go(Process process) throws IOException {
    OutputStream commands = process.getOutputStream();
    commands.write('\n');
    commands.flush();
  }
}
