package io.duomesh.runtime.executor;

import io.duomesh.Settings;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads on which services run and results are handed over. Bounded, as are their queues. */
public final class CallExecutors {
  private CallExecutors() {}

  /**
   * Threads for services, as {@code duomesh.server.executor} ({@code platform}, the default, or
   * {@code virtual} on a runtime that has virtual threads), {@code duomesh.server.threads} (default
   * 200) and {@code duomesh.server.queue} (default 1000 calls that wait for one) say.
   */
  public static WorkerPool server(Settings settings) {
    String kind = settings.get("duomesh.server.executor", "platform");
    return switch (kind) {
      case "platform" -> pool("server", settings, named("duomesh-server"));
      case "virtual" -> pool("server", settings, virtualThreads());
      default ->
          throw new IllegalArgumentException(
              "duomesh.server.executor: " + kind + " (expected: platform or virtual)");
    };
  }

  /**
   * Threads for results of asynchronous calls, {@code duomesh.client.threads} (default 200) and
   * {@code duomesh.client.queue} (default 1000).
   */
  public static WorkerPool client(Settings settings) {
    return pool("client", settings, named("duomesh-client"));
  }

  private static WorkerPool pool(String side, Settings settings, ThreadFactory factory) {
    return new WorkerPool(
        settings.integer("duomesh." + side + ".threads", 200, 1, 100_000),
        settings.integer("duomesh." + side + ".queue", 1000, 0, 1_000_000),
        factory);
  }

  /** Daemon threads with numbered names. */
  public static ThreadFactory named(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Java 21's virtual threads, which Java 17 cannot name. */
  private static ThreadFactory virtualThreads() {
    try {
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      Class<?> type = Class.forName("java.lang.Thread$Builder");
      Object named =
          type.getMethod("name", String.class, long.class).invoke(builder, "duomesh-server-", 1L);
      return (ThreadFactory) type.getMethod("factory").invoke(named);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "duomesh.server.executor: virtual needs Java 21 or newer, this is "
              + Runtime.version().feature(),
          e);
    }
  }
}
