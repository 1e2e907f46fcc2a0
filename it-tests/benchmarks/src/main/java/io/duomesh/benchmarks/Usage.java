package io.duomesh.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this process has used so far.
 *
 * @param cpuNanos user and system time, without the compilers' where the system tells them apart: a
 *     warm process has none
 * @param bytes allocated on the heap: by all threads on Java 21 and newer, by those that live on 17
 * @param switches context switches of the threads that live, wanted or not; 0 where the system does
 *     not say
 */
public record Usage(long cpuNanos, long bytes, long switches) {
  private static final Path TASKS = Path.of("/proc/self/task");

  /** What this process has used until now. */
  public static Usage now() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Usage(system.getProcessCpuTime() - compilers(), allocated(), contextSwitches());
  }

  Usage since(Usage before) {
    return new Usage(cpuNanos - before.cpuNanos, bytes - before.bytes, switches - before.switches);
  }

  Usage plus(Usage other) {
    return new Usage(cpuNanos + other.cpuNanos, bytes + other.bytes, switches + other.switches);
  }

  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try {
      return (long) ThreadMXBean.class.getMethod("getTotalThreadAllocatedBytes").invoke(threads);
    } catch (ReflectiveOperationException olderThan21) {
      long bytes = 0;
      for (long allocated : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
        bytes += Math.max(0, allocated);
      }
      return bytes;
    }
  }

  private static long compilers() {
    return sumOfTasks(
        task ->
            Files.readString(task.resolve("comm")).contains("CompilerThre")
                ? onCpu(Files.readString(task.resolve("schedstat")))
                : 0);
  }

  private static long contextSwitches() {
    return sumOfTasks(
        task ->
            Files.readAllLines(task.resolve("status")).stream().mapToLong(Usage::switches).sum());
  }

  /** Reads a thread's file in {@code /proc}. */
  private interface Reader {
    long read(Path task) throws IOException;
  }

  private static long sumOfTasks(Reader reader) {
    long sum = 0;
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
      for (Path task : tasks) {
        sum += read(reader, task);
      }
    } catch (IOException notLinux) {
      return 0;
    }
    return sum;
  }

  private static long read(Reader reader, Path task) {
    try {
      return reader.read(task);
    } catch (IOException threadHasEnded) {
      return 0;
    }
  }

  /** Nanoseconds of a thread's {@code schedstat}. */
  static long onCpu(String schedstat) {
    return Long.parseLong(schedstat.substring(0, schedstat.indexOf(' ')));
  }

  /** Of a line of a thread's {@code status}. */
  static long switches(String line) {
    return line.contains("voluntary_ctxt_switches:")
        ? Long.parseLong(line.substring(line.indexOf(':') + 1).trim())
        : 0;
  }
}
