package io.duomesh.transport.netty;

import io.duomesh.transport.Transports;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks host names up off the event loops, since the JDK's look-up blocks: a name server that does
 * not answer must not stop the calls of other connections. Safe for use by many threads.
 */
final class HostNames implements AutoCloseable {
  private static final int THREADS = 4;
  private static final int WAITING = 1024;

  private final ThreadPoolExecutor lookups =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          30,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(WAITING),
          task -> {
            Thread thread = new Thread(task, "duomesh-dns");
            thread.setDaemon(true);
            return thread;
          });

  private HostNames() {
    lookups.allowCoreThreadTimeOut(true);
  }

  static HostNames of(Transports transports) {
    return transports.shared(HostNames.class, options -> new HostNames());
  }

  /** Looks a name up; fails with an {@link UnknownHostException}. */
  CompletableFuture<InetAddress> address(String host) {
    CompletableFuture<InetAddress> found = new CompletableFuture<>();
    try {
      lookups.execute(
          () -> {
            try {
              found.complete(InetAddress.getByName(host));
            } catch (UnknownHostException | RuntimeException e) {
              found.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      found.completeExceptionally(
          new UnknownHostException(host + ": " + WAITING + " look-ups are waiting already"));
    }
    return found;
  }

  @Override
  public void close() {
    lookups.shutdownNow();
  }
}
