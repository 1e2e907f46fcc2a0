package io.duomesh.runtime.server;

import io.duomesh.Settings;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads on which services run and results are handed over. Bounded, without a queue. */
public final class CallExecutors {
  private CallExecutors() {}

  /**
   * Threads for services, as {@code duomesh.server.executor} ({@code platform}, the default, or
   * {@code virtual} on a runtime that has virtual threads) and {@code duomesh.server.threads}
   * (default 200) say. A call that finds none free is refused, so that load never queues unseen.
   */
  public static ExecutorService server(Settings settings) {
    int most = settings.integer("duomesh.server.threads", 200, 1, 100_000);
    return switch (settings.get("duomesh.server.executor", "platform")) {
      case "platform" -> pool("duomesh-server", most);
      case "virtual" -> new LimitedExecutor(virtualThreads(), new Semaphore(most));
      default ->
          throw new IllegalArgumentException(
              "duomesh.server.executor: "
                  + settings.get("duomesh.server.executor")
                  + " (expected: platform or virtual)");
    };
  }

  /** Threads for results of asynchronous calls, {@code duomesh.client.threads} (default 200). */
  public static ExecutorService client(Settings settings) {
    return pool("duomesh-client", settings.integer("duomesh.client.threads", 200, 1, 100_000));
  }

  private static ExecutorService pool(String name, int most) {
    return new ThreadPoolExecutor(
        0, most, 60, TimeUnit.SECONDS, new SynchronousQueue<>(), named(name));
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

  /** Java 21's executor of virtual threads, which Java 17 cannot name. */
  private static ExecutorService virtualThreads() {
    try {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "duomesh.server.executor: virtual needs Java 21 or newer, this is "
              + Runtime.version().feature(),
          e);
    }
  }
}
