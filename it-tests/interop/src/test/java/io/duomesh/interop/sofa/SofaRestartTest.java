package io.duomesh.interop.sofa;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.duomesh.Duomesh;
import io.duomesh.MeshState;
import io.duomesh.ServiceOptions;
import io.duomesh.interop.Program;
import io.duomesh.traffic.RetryPolicy;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.TrafficSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two servers that restart in turn under load, where one side is stock SOFARPC, which knows no word
 * for going away. What is lost is counted; docs/bolt.md says how much that was.
 */
@Timeout(600)
class SofaRestartTest {
  private static final int RESTARTS = Integer.getInteger("duomesh.restarts", 2);
  private static final int THREADS = 8;

  @RegisterExtension final SofaPeers peers = new SofaPeers();

  @TempDir private Path folder;

  private final Load load = new Load(THREADS);
  private final Map<Integer, LongAdder> served = new ConcurrentHashMap<>(); // by port

  @AfterEach
  void close() {
    load.close();
  }

  private LongAdder served(int port) {
    return served.computeIfAbsent(port, p -> new LongAdder());
  }

  private Duomesh ours(int port) {
    Duomesh server =
        Duomesh.builder()
            .set("duomesh.server.port", String.valueOf(port))
            .set("duomesh.server.address", "127.0.0.1")
            .set("duomesh.server.drain-timeout", System.getProperty("duomesh.drain", "2s"))
            .traffic(TrafficSnapshot.EMPTY)
            .build();
    server.export(
        StockServer.Echo.class,
        text -> {
          served(server.port()).increment();
          return text;
        },
        ServiceOptions.DEFAULT);
    return server.start();
  }

  private Program stock(int port) throws IOException {
    Program server = StockServer.start(folder, port);
    peers.closeLater(server::close);
    return server;
  }

  private Duomesh ourClient(Integer... ports) {
    return ourClient(RouteAction.Forward.to(SofaPeers.TARGET), ports);
  }

  private Duomesh ourClient(RouteAction.Forward route, Integer... ports) {
    return peers.ourClient(
        List.of(ports), null, settings -> settings.set("duomesh.client.timeout", "10s"), route);
  }

  private static void awaitReady(Duomesh client, int endpoints) {
    Awaitility.await()
        .pollInterval(Duration.ofMillis(5))
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                client.state().clusters().stream()
                        .flatMap(cluster -> cluster.endpoints().stream())
                        .map(MeshState.EndpointState::connection)
                        .filter("ready"::equals)
                        .count()
                    == endpoints);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void stockClientsLoseAtMostWhatIsInFlightWhenOurServersRestart(int retries) throws Exception {
    Duomesh[] servers = {ours(0), ours(0)};
    peers.closeLater(() -> List.of(servers).forEach(Duomesh::close));
    StockServer.Echo echo =
        peers
            .theirClient(StockServer.Echo.class, servers[0].port())
            .setDirectUrl(
                "bolt://127.0.0.1:" + servers[0].port() + ",bolt://127.0.0.1:" + servers[1].port())
            .setReconnectPeriod(500)
            .setRetries(retries)
            .refer();
    load.start(echo::echo);
    load.goOn();
    for (int i = 0; i < RESTARTS; i++) {
      int port = servers[i % 2].port();
      servers[i % 2].close();
      load.goOn();
      servers[i % 2] = ours(port);
      load.goOn();
      long before = served(port).sum();
      Awaitility.await() // their client looks for it every so often
          .atMost(Duration.ofSeconds(30))
          .until(() -> served(port).sum() > before + 20);
    }
    long failed =
        load.stop(RESTARTS + " restarts of ours, SOFARPC client with " + retries + " retries");
    assertTrue(failed <= (long) RESTARTS * THREADS, "failed: " + failed);
  }

  /** Two more tries, at hosts that were not tried: one that ends is busy for more than one. */
  private static RetryPolicy elsewhere(String... conditions) {
    RetryPolicy plain = RetryPolicy.on(2, conditions);
    return new RetryPolicy(
        plain.retryOn(),
        plain.numRetries(),
        null,
        Set.of(),
        List.of(),
        plain.backOffBase(),
        plain.backOffMax(),
        true,
        0,
        5);
  }

  /** A SOFARPC that ends answers nothing for a while before its connections close. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ourClientLosesWhatIsInFlightAtMostWhenStockServersRestart(boolean retries) throws Exception {
    int[] ports = {SofaPeers.freePort(), SofaPeers.freePort()};
    Program[] servers = {stock(ports[0]), stock(ports[1])};
    RouteAction.Forward route = RouteAction.Forward.to(SofaPeers.TARGET);
    Duomesh client =
        ourClient(
            retries ? route.withRetryPolicy(elsewhere("reset", "resource-exhausted")) : route,
            ports[0],
            ports[1]);
    StockServer.Echo echo = client.client(StockServer.Echo.class, SofaPeers.TARGET);
    load.start(echo::echo);
    awaitReady(client, 2);
    load.goOn();
    for (int i = 0; i < RESTARTS; i++) {
      servers[i % 2].stop();
      load.goOn();
      servers[i % 2] = stock(ports[i % 2]);
      awaitReady(client, 2);
      load.goOn();
    }
    long failed =
        load.stop(
            RESTARTS
                + " restarts of SOFARPC, our client, "
                + (retries ? "a route that retries resets" : "no retry policy"));
    assertTrue(failed <= (retries ? 0 : (long) RESTARTS * THREADS), "failed: " + failed);
  }

  @Test
  void stockServersRestartBehindAMosn() throws Exception {
    Path program = mosn();
    int[] ports = {SofaPeers.freePort(), SofaPeers.freePort()};
    Program[] servers = {stock(ports[0]), stock(ports[1])};
    int port = SofaPeers.freePort();
    peers.closeLater(MosnProcess.start(program, port, folder, ports)::close);
    StockServer.Echo echo = ourClient(port).client(StockServer.Echo.class, SofaPeers.TARGET);
    load.start(echo::echo);
    load.goOn();
    for (int i = 0; i < RESTARTS; i++) {
      servers[i % 2].stop();
      load.goOn();
      servers[i % 2] = stock(ports[i % 2]);
      load.goOn();
    }
    long failed = load.stop(RESTARTS + " restarts of SOFARPC, MOSN, our client");
    assertTrue(failed <= 2L * RESTARTS * THREADS, "failed: " + failed);
  }

  @Test
  void ourClientLosesAtMostWhatIsInFlightWhenMosnsRestart() throws Exception {
    Path program = mosn();
    int[] behind = {SofaPeers.freePort(), SofaPeers.freePort()};
    stock(behind[0]);
    stock(behind[1]);
    int[] ports = {SofaPeers.freePort(), SofaPeers.freePort()};
    Program[] mosns = new Program[2];
    peers.closeLater(() -> List.of(mosns).forEach(Program::close));
    for (int i = 0; i < 2; i++) {
      mosns[i] = MosnProcess.start(program, ports[i], folder, behind);
    }
    Duomesh client = ourClient(ports[0], ports[1]);
    StockServer.Echo echo = client.client(StockServer.Echo.class, SofaPeers.TARGET);
    load.start(echo::echo);
    awaitReady(client, 2);
    load.goOn();
    for (int i = 0; i < RESTARTS; i++) {
      mosns[i % 2].stop();
      load.goOn();
      mosns[i % 2] = MosnProcess.start(program, ports[i % 2], folder, behind);
      awaitReady(client, 2);
      load.goOn();
    }
    long failed = load.stop(RESTARTS + " restarts of MOSN before SOFARPC, our client");
    assertTrue(failed <= (long) RESTARTS * THREADS, "failed: " + failed);
  }

  private static Path mosn() {
    Path program = MosnProcess.find();
    assumeTrue(program != null, "LEFT OUT: no mosn on the PATH, and MOSN_BIN is not set");
    return program;
  }
}
