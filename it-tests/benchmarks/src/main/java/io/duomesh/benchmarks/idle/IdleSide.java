package io.duomesh.benchmarks.idle;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** A side's process, as the benchmark commands it. */
final class IdleSide implements AutoCloseable {
  private final Process process;
  private final OutputStream commands;
  private final BufferedReader answers;

  IdleSide(String peer, String first, String longest) throws IOException {
    process =
        new ProcessBuilder(
                List.of(
                    System.getProperty("java.home") + "/bin/java",
                    "-Xmx512m",
                    "-XX:+UseSerialGC", // whose count of what is left is exact
                    "-XX:ActiveProcessorCount=1",
                    "-Dio.netty.leakDetection.level=disabled",
                    "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                    "-cp",
                    System.getProperty("java.class.path"),
                    IdleProcess.class.getName(),
                    peer,
                    first,
                    longest))
            .redirectError(Redirect.INHERIT)
            .start();
    commands = process.getOutputStream();
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Sends a command and reads its numbers. */
  long[] ask(String command) throws IOException {
    commands.write((command + "\n").getBytes(StandardCharsets.UTF_8));
    commands.flush();
    String line = answers.readLine();
    while (line != null && !line.startsWith("> ")) {
      line = answers.readLine(); // what libraries say
    }
    if (line == null) {
      throw new IOException("the process has ended; asked: " + command);
    }
    return Arrays.stream(line.substring(2).split(" ")).mapToLong(Long::parseLong).toArray();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
