package io.duomesh.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One run of one peer: a server's and a client's process, each pinned to a core where the machine
 * can pin and has two.
 *
 * @param peer which
 * @param calls calls in the measured time
 * @param nanos the measured time
 * @param client what the client used
 * @param server what the server used
 * @param p50 median latency in nanoseconds
 * @param p99 99th percentile
 * @param p999 99.9th percentile
 */
record Run(
    String peer,
    long calls,
    long nanos,
    Usage client,
    Usage server,
    long p50,
    long p99,
    long p999) {

  static Run of(String peer, int inFlight, int warmSeconds, int seconds) throws IOException {
    Process server = start(0, ServerProcess.class, peer);
    try {
      BufferedReader fromServer = reader(server);
      String port = line(fromServer, peer + "'s server");
      Process client =
          start(
              1,
              ClientProcess.class,
              peer,
              port,
              String.valueOf(inFlight),
              String.valueOf(warmSeconds),
              String.valueOf(seconds));
      try {
        BufferedReader fromClient = reader(client);
        line(fromClient, peer + "'s client");
        Usage before = ask(server, fromServer);
        go(client);
        long[] told = numbers(line(fromClient, peer + "'s client"));
        Usage after = ask(server, fromServer);
        return new Run(
            peer,
            told[0],
            told[1],
            new Usage(told[2], told[3]),
            after.since(before),
            told[4],
            told[5],
            told[6]);
      } finally {
        client.destroyForcibly();
      }
    } finally {
      server.destroyForcibly();
    }
  }

  /** CPU of both sides, in microseconds per call. */
  double cpuMicros() {
    return (client.cpuNanos() + server.cpuNanos()) / 1000.0 / calls;
  }

  /** Heap bytes of both sides per call. */
  double bytes() {
    return (double) (client.bytes() + server.bytes()) / calls;
  }

  double callsPerSecond() {
    return calls * 1e9 / nanos;
  }

  private static Process start(int core, Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if (Runtime.getRuntime().availableProcessors() > 1 && Pinning.AVAILABLE) {
      command.addAll(List.of("taskset", "-c", String.valueOf(core)));
    }
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(List.of("-Xms512m", "-Xmx512m", "-XX:+UseG1GC"));
    command.addAll(List.of("-Dio.netty.leakDetection.level=disabled"));
    command.addAll(List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"));
    String flags = System.getProperty("benchmark.jvm", "");
    if (!flags.isBlank()) {
      command.addAll(List.of(flags.trim().split("\\s+")));
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static BufferedReader reader(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private static Usage ask(Process server, BufferedReader answers) throws IOException {
    go(server);
    long[] told = numbers(line(answers, "the server"));
    return new Usage(told[0], told[1]);
  }

  private static void go(Process process) throws IOException {
    OutputStream commands = process.getOutputStream();
    commands.write('\n');
    commands.flush();
  }

  /** The next line of numbers or words; peers that print other things are passed over. */
  private static String line(BufferedReader from, String who) throws IOException {
    String line;
    while ((line = from.readLine()) != null) {
      if (line.equals("start") || line.matches("[0-9 ]+")) {
        return line;
      }
    }
    throw new IOException(who + " ended early");
  }

  private static long[] numbers(String line) {
    String[] words = line.split(" ", -1);
    long[] numbers = new long[words.length];
    for (int i = 0; i < words.length; i++) {
      numbers[i] = Long.parseLong(words[i]);
    }
    return numbers;
  }
}
