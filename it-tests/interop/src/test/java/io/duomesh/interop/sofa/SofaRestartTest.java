package io.duomesh.interop.sofa;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Duomesh;
import io.duomesh.ServiceOptions;
import io.duomesh.traffic.TrafficSnapshot;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two servers that restart in turn under load of stock SOFARPC clients, which know no word for
 * going away. What is lost is counted; docs/bolt.md says how much that was.
 */
@Timeout(300)
class SofaRestartTest {
  private static final int RESTARTS = Integer.getInteger("duomesh.restarts", 4);
  private static final int THREADS = 8;

  @RegisterExtension final SofaPeers peers = new SofaPeers();

  private final AtomicInteger answered = new AtomicInteger();
  private final Map<Integer, LongAdder> served = new ConcurrentHashMap<>(); // by port
  private final Map<String, LongAdder> failures = new ConcurrentSkipListMap<>();
  private final ExecutorService callers = Executors.newFixedThreadPool(THREADS);
  private volatile boolean over;

  /** The service. */
  public interface Echo {
    String echo(String text);
  }

  private void load(Echo echo) {
    for (int i = 0; i < THREADS; i++) {
      callers.execute(
          () -> {
            while (!over) {
              try {
                echo.echo("x");
                answered.incrementAndGet();
              } catch (RuntimeException e) {
                String message = String.valueOf(e.getMessage()).replaceAll("[0-9]+", "#");
                failures
                    .computeIfAbsent(
                        e.getClass().getSimpleName()
                            + ": "
                            + message.substring(0, Math.min(160, message.length())),
                        x -> new LongAdder())
                    .increment();
              }
            }
          });
    }
  }

  private void goOn() {
    int before = answered.get();
    Awaitility.await()
        .atMost(java.time.Duration.ofSeconds(30))
        .until(() -> answered.get() > before + 200);
  }

  private LongAdder served(int port) {
    return served.computeIfAbsent(port, p -> new LongAdder());
  }

  private long stop(String what) throws InterruptedException {
    over = true;
    callers.shutdown();
    assertTrue(callers.awaitTermination(60, TimeUnit.SECONDS));
    long failed = failures.values().stream().mapToLong(LongAdder::sum).sum();
    System.out.printf(
        "%s: %d restarts, %d calls answered, %d failed %s%n",
        what, RESTARTS, answered.get(), failed, new TreeMap<>(failures));
    return failed;
  }

  private Duomesh ours(int port) {
    Duomesh server =
        Duomesh.builder()
            .set("duomesh.server.port", String.valueOf(port))
            .set("duomesh.server.address", "127.0.0.1")
            .set("duomesh.server.drain-timeout", "1s")
            .traffic(TrafficSnapshot.EMPTY)
            .build();
    server.export(
        Echo.class,
        text -> {
          served(server.port()).increment();
          return text;
        },
        ServiceOptions.DEFAULT);
    return server.start();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void stockClientsLoseAtMostWhatIsInFlightWhenOurServersRestart(int retries) throws Exception {
    Duomesh[] servers = {ours(0), ours(0)};
    Echo echo =
        peers
            .theirClient(Echo.class, servers[0].port())
            .setDirectUrl(
                "bolt://127.0.0.1:" + servers[0].port() + ",bolt://127.0.0.1:" + servers[1].port())
            .setReconnectPeriod(500)
            .setRetries(retries)
            .refer();
    load(echo);
    goOn();
    for (int i = 0; i < RESTARTS; i++) {
      int port = servers[i % 2].port();
      servers[i % 2].close();
      goOn();
      servers[i % 2] = ours(port);
      goOn();
      long before = served(port).sum();
      Awaitility.await() // their client looks for it every so often
          .atMost(java.time.Duration.ofSeconds(30))
          .until(() -> served(port).sum() > before + 20);
    }
    long failed = stop("SOFARPC client with " + retries + " retries, our servers");
    servers[0].close();
    servers[1].close();
    assertTrue(failed <= (long) RESTARTS * THREADS, "failed: " + failed);
  }
}
