package io.duomesh.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** A program that a test runs beside itself; what it prints is kept in a file. */
public final class Program implements AutoCloseable {
  private final String name;
  private final Process process;
  private final Path log;

  private Program(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /** What an environment variable names, else a program of that name on the path, else null. */
  public static @Nullable Path find(String variable, String name) {
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    return Stream.concat(
            Stream.ofNullable(System.getenv(variable)).map(Path::of),
            Stream.of(path.split(File.pathSeparator)).map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElse(null);
  }

  /** A Java program on this Java and a class path, with flags and arguments. */
  public static List<String> java(
      String classPath, List<String> flags, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath, main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Starts it in a folder, where its output goes to {@code name.log}. */
  public static Program start(Path folder, String name, List<String> command) throws IOException {
    Path log = folder.resolve(name + ".log");
    return new Program(
        name,
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start(),
        log);
  }

  /** Waits until something listens on a port of loopback; ends the program where that fails. */
  public Program awaitPort(int port) {
    await("to listen on " + port, () -> listens(port));
    return this;
  }

  /** Waits until it has printed a line; ends the program where that fails. */
  public Program awaitLine(String line) {
    await("to print " + line, () -> output().lines().anyMatch(line::equals));
    return this;
  }

  private void await(String what, BooleanSupplier condition) {
    try {
      Awaitility.await(name + " " + what)
          .atMost(Duration.ofSeconds(60))
          .until(() -> condition.getAsBoolean() || !process.isAlive());
      assertTrue(condition.getAsBoolean(), () -> name + " ended; it said: " + output());
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(e.getMessage() + "; it said: " + output(), e);
    } finally {
      if (!condition.getAsBoolean()) {
        close();
      }
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** All that it has printed so far. */
  public String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "(" + e + ")";
    }
  }

  /** Asks it to end (SIGTERM), and waits until it has. */
  public void stop() {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new AssertionError(name + " does not end; it said: " + output());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close();
    }
  }

  /** Ends it at once. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
