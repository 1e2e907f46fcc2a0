package io.duomesh.interop.sofa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.duomesh.Duomesh;
import io.duomesh.RpcException;
import io.duomesh.ServiceOptions;
import io.duomesh.Status;
import io.duomesh.interop.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Calls through a real MOSN, ours and SOFARPC's on either side. */
@Timeout(120)
class MosnTest {
  @RegisterExtension final SofaPeers peers = new SofaPeers();

  @TempDir private Path folder;

  private final int port = SofaPeers.freePort();
  private @Nullable Path program;
  private @Nullable Program mosn;

  /** The service. */
  public interface Echo {
    String echo(String text);
  }

  @BeforeEach
  void find() {
    program = MosnProcess.find();
    assumeTrue(program != null, "LEFT OUT: no mosn on the PATH, and MOSN_BIN is not set");
  }

  @AfterEach
  void close() {
    if (mosn != null) {
      mosn.close();
    }
  }

  private void between(int... servers) throws IOException {
    mosn = MosnProcess.start(program, port, folder, servers);
  }

  private Duomesh ourServer() {
    return peers.ourServer(
        settings -> settings.set("duomesh.bolt.drain-peers", "127.0.0.1"),
        server -> server.export(Echo.class, text -> "ours:" + text, ServiceOptions.DEFAULT));
  }

  private Echo ourClient() {
    return peers.ourClient(port).client(Echo.class, SofaPeers.TARGET);
  }

  @Test
  void ourClientReachesOurServer() throws IOException {
    between(ourServer().port());
    assertEquals("ours:hi", ourClient().echo("hi"));
  }

  @Test
  void theirClientReachesOurServer() throws IOException {
    between(ourServer().port());
    assertEquals("ours:hi", peers.theirClient(Echo.class, port).refer().echo("hi"));
  }

  @Test
  void serverThatIsNotThereIsUnavailable() throws IOException {
    between(SofaPeers.freePort());
    Status status = assertThrows(RpcException.class, () -> ourClient().echo("hi")).status();
    assertEquals(Status.Code.UNAVAILABLE, status.code());
  }

  @Test
  void noCallFailsWhenAServerBehindItStops() throws Exception {
    Duomesh stopping = ourServer();
    between(stopping.port(), ourServer().port());
    Echo echo = ourClient();
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    AtomicInteger answered = new AtomicInteger();
    ExecutorService callers = Executors.newFixedThreadPool(4);
    for (int i = 0; i < 4; i++) {
      callers.execute(
          () -> {
            while (!Thread.currentThread().isInterrupted() && failures.isEmpty()) {
              try {
                echo.echo("x");
                answered.incrementAndGet();
              } catch (RuntimeException e) {
                if (!Thread.currentThread().isInterrupted()) {
                  failures.add(e);
                }
              }
            }
          });
    }
    goOn(answered, failures);
    stopping.stopServer();
    goOn(answered, failures);
    goOn(answered, failures);
    callers.shutdownNow();
    callers.awaitTermination(20, TimeUnit.SECONDS);
    assertEquals(List.of(), failures);
  }

  private static void goOn(AtomicInteger answered, List<Throwable> failures) {
    int before = answered.get();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !failures.isEmpty() || answered.get() > before + 100);
    assertEquals(List.of(), failures);
  }
}
