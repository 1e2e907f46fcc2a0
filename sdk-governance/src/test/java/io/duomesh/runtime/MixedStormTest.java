package io.duomesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.CallOptions;
import io.duomesh.Channel;
import io.duomesh.ClientCall;
import io.duomesh.ClientInterceptor;
import io.duomesh.Duomesh;
import io.duomesh.ForwardingClientCall;
import io.duomesh.Invocation;
import io.duomesh.MeshState;
import io.duomesh.Metadata;
import io.duomesh.ServerCall;
import io.duomesh.ServerHandler;
import io.duomesh.ServiceOptions;
import io.duomesh.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that may go wrong at once, for a while: each call still ends, and ends once. */
class MixedStormTest {
  private static final long STORM_MILLIS = 2_500;

  private final List<Duomesh> servers = new CopyOnWriteArrayList<>();
  private final Ends ends = new Ends();
  private @Nullable Duomesh client;

  /** The service. */
  public interface Echo {
    String echo(String text);

    CompletableFuture<String> echoLater(String text);
  }

  private static final class EchoService implements Echo {
    @Override
    public String echo(String text) {
      moody();
      return text;
    }

    @Override
    public CompletableFuture<String> echoLater(String text) {
      moody();
      return CompletableFuture.supplyAsync(() -> text);
    }
  }

  /** Fails now and then, in every way there is. */
  private static void moody() {
    switch (ThreadLocalRandom.current().nextInt(100)) {
      case 0 -> throw new IllegalStateException("bad mood");
      case 1 -> throw new StackOverflowError();
      case 2 -> throw new OutOfMemoryError("not really");
      default -> {}
    }
  }

  @AfterEach
  void close() {
    if (client != null) {
      client.close();
    }
    servers.forEach(Duomesh::close);
  }

  private Duomesh server() {
    Duomesh server =
        Duomesh.builder()
            .set("duomesh.server.port", "0")
            .set("duomesh.server.address", "127.0.0.1")
            .set("duomesh.server.threads", "8")
            .set("duomesh.server.drain-timeout", "1s")
            .serverInterceptor(MixedStormTest::moodily)
            .build();
    server.export(Echo.class, new EchoService(), ServiceOptions.DEFAULT);
    server.start();
    servers.add(server);
    return server;
  }

  private static ServerCall.Listener moodily(ServerCall call, ServerHandler next) {
    moody();
    ServerCall.Listener listener = next.start(call);
    return message -> {
      moody();
      listener.onMessage(message);
    };
  }

  /** Throws in every place there is, forgets calls, ends them twice. */
  private static final class Moody implements ClientInterceptor {
    @Override
    public ClientCall intercept(Invocation invocation, Channel next) {
      moody();
      int fault = ThreadLocalRandom.current().nextInt(200);
      return new ForwardingClientCall(next.newCall(invocation)) {
        @Override
        public void start(Listener listener) {
          moody();
          super.start(
              new Listener() {
                @Override
                public void onMessage(@Nullable Object message) {
                  moody();
                  listener.onMessage(message);
                }

                @Override
                public void onClose(Status status, Metadata trailers) {
                  moody();
                  if (fault == 1) {
                    return; // forgotten: its deadline ends it
                  }
                  listener.onClose(status, trailers);
                  if (fault == 2) {
                    listener.onClose(status, trailers);
                  }
                }
              });
        }

        @Override
        public void send(Object message) {
          moody();
          if (fault != 3) {
            super.send(message);
          }
        }
      };
    }
  }

  private String[] addresses() {
    return servers.stream().map(server -> "127.0.0.1:" + server.port()).toArray(String[]::new);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void everyCallEndsOnceWhateverHappens(String protocol) throws Exception {
    server();
    server();
    Duomesh calling =
        Duomesh.builder()
            .traffic(OneCluster.of("echo", protocol, addresses()))
            .clientInterceptor(ends) // the outermost one
            .clientInterceptor(new Moody())
            .set("duomesh.client.timeout", "3s")
            .build();
    client = calling;
    Echo plain = calling.start().client(Echo.class, "echo");
    ExecutorService tiny =
        new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new SynchronousQueue<>());
    Executor mad =
        task -> {
          moody();
          task.run();
          moody();
        };
    List<Echo> ways =
        List.of(
            plain,
            calling.with(plain, CallOptions.DEFAULT.withExecutor(tiny)),
            calling.with(plain, CallOptions.DEFAULT.withExecutor(mad)),
            calling.with(plain, CallOptions.DEFAULT.withTimeout(Duration.ofMillis(5))));
    AtomicInteger made = new AtomicInteger();
    AtomicInteger told = new AtomicInteger();
    AtomicBoolean over = new AtomicBoolean();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Random random = new Random(i);
      threads.add(new Thread(() -> call(ways, random, over, made, told)));
    }
    threads.forEach(Thread::start);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STORM_MILLIS);
    for (int round = 0; System.nanoTime() < end; round++) {
      server();
      Duomesh dying = servers.remove(0);
      if (round % 2 == 0) {
        calling.update(OneCluster.of("echo", protocol, addresses()));
      }
      dying.close();
      calling.update(OneCluster.of("echo", protocol, addresses()));
    }
    over.set(true);
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(30));
      assertTrue(!thread.isAlive(), "a blocking call hangs");
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertEquals(made.get(), told.get()));
    Awaitility.await() // one that was cancelled in the hands of a forgetful interceptor is late
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertEquals(ends.started.get(), ends.ended.get()));
    assertEquals(0, ends.twice.get());
    assertTrue(made.get() > 0, "no call was made");
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertEquals(0, active(calling)));
    tiny.shutdown();
    calling.close();
    servers.forEach(Duomesh::close);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertEquals(List.of(), ours()));
  }

  private static void call(
      List<Echo> ways, Random random, AtomicBoolean over, AtomicInteger made, AtomicInteger told) {
    List<CompletableFuture<String>> recent = new ArrayList<>();
    while (!over.get()) {
      Echo echo = ways.get(random.nextInt(ways.size()));
      made.incrementAndGet();
      if (random.nextInt(4) == 0) {
        try {
          echo.echo("x");
        } catch (RuntimeException | Error e) {
          // an end like any other
        }
        told.incrementAndGet();
        continue;
      }
      CompletableFuture<String> call = echo.echoLater("x");
      call.whenComplete((value, thrown) -> told.incrementAndGet());
      recent.add(call);
      if (recent.size() > 64) {
        recent.remove(0).cancel(true);
      }
    }
  }

  private static int active(Duomesh calling) {
    return calling.state().clusters().stream()
        .flatMap(cluster -> cluster.endpoints().stream())
        .mapToInt(MeshState.EndpointState::active)
        .sum();
  }

  private static List<String> ours() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("duomesh-"))
        .toList();
  }

  @Test
  void runtimesLeaveNoMemory() {
    cycles(20); // what is kept for the process is there then
    long before = used();
    cycles(100);
    long grown = used() - before;
    assertTrue(grown < 8 << 20, "100 runtimes left " + grown + " bytes");
    assertEquals(List.of(), ours());
  }

  private static void cycles(int count) {
    for (int i = 0; i < count; i++) {
      Duomesh runtime =
          Duomesh.builder()
              .traffic(OneCluster.of("echo", i % 2 == 0 ? "bolt" : "triple", "127.0.0.1:1"))
              .set("duomesh.server.port", "0")
              .set("duomesh.server.address", "127.0.0.1")
              .set("duomesh.transport.event-loops", "1")
              .build();
      runtime.export(Echo.class, new EchoService(), ServiceOptions.DEFAULT);
      runtime.start();
      runtime.client(Echo.class, "echo").echoLater("x");
      runtime.close();
    }
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }
}
