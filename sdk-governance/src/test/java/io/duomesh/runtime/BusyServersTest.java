package io.duomesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.duomesh.Duomesh;
import io.duomesh.ServiceOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that a full server turned away go to another, whatever they speak. */
class BusyServersTest {
  private final List<Duomesh> running = new ArrayList<>();
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  /** The service. */
  public interface Desk {
    String ask(String what);
  }

  @AfterEach
  void close() {
    released.countDown();
    running.forEach(Duomesh::close);
  }

  private int serve(Desk desk, int threads) {
    Duomesh server =
        Duomesh.builder()
            .set("duomesh.server.port", "0")
            .set("duomesh.server.address", "127.0.0.1")
            .set("duomesh.server.threads", String.valueOf(threads))
            .set("duomesh.server.queue", "0")
            .build();
    running.add(server);
    server.export(Desk.class, desk, ServiceOptions.DEFAULT);
    return server.start().port();
  }

  private String waiting(String what) {
    if (!what.equals("wait")) {
      return "slow " + what;
    }
    entered.countDown();
    try {
      released.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return "done";
  }

  private Desk client(String protocol, String... addresses) {
    Duomesh client =
        Duomesh.builder()
            .traffic(OneCluster.of("desk", protocol, addresses))
            .set("duomesh.client.timeout", "30s")
            .build();
    running.add(0, client);
    return client.start().client(Desk.class, "desk");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void callThatOneTurnsAwayIsAnsweredByTheOther(String protocol) throws Exception {
    String full = "127.0.0.1:" + serve(this::waiting, 1);
    String free = "127.0.0.1:" + serve(what -> "free " + what, 8);
    Desk slow = client(protocol, full);
    CompletableFuture<String> held = CompletableFuture.supplyAsync(() -> slow.ask("wait"));
    entered.await(30, TimeUnit.SECONDS);

    Desk desk = client(protocol, full, free);
    for (int i = 0; i < 20; i++) {
      assertEquals(
          "free " + i, desk.ask(String.valueOf(i))); // every other call meets the full one first
    }
    released.countDown();
    assertEquals("done", held.get(30, TimeUnit.SECONDS));
  }
}
