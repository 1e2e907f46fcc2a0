package io.duomesh.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.StringValue;
import io.duomesh.CallOptions;
import io.duomesh.ClientCall;
import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.Settings;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.testing.FaultProxy;
import io.duomesh.testing.FaultProxy.Direction;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.DirectChannel;
import io.duomesh.transport.ServerSpec;
import io.duomesh.transport.ServerTransport;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.Transports;
import io.duomesh.transport.server.NettyServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Links that lose what is sent without a word, get stuck, are slow or cut. Each call ends within
 * its deadline, and whatever is lost for good is found out and replaced.
 */
@Timeout(120)
class BrokenLinksTest {
  private static final Duration LONG = Duration.ofSeconds(40);
  private static final Duration SHORT = Duration.ofMillis(150);

  private final Transports transports =
      new Transports(
          TransportOptions.of(
              Settings.of(
                  Map.of(
                      "duomesh.transport.event-loops", "1",
                      "duomesh.transport.write-buffer-size", "65536",
                      "duomesh.bolt.heartbeat", "500ms",
                      "duomesh.bolt.heartbeat-max", "1s"))));
  private final ServerTransport server =
      NettyServer.bind(transports, new ServerSpec("127.0.0.1", 0, null), new TripleEcho());
  private final FaultProxy proxy = new FaultProxy("127.0.0.1", server.port());
  private @Nullable DirectChannel channel;

  BrokenLinksTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
    proxy.close();
    server.close();
    transports.close();
  }

  private record End(Status status, Duration after) {}

  private CompletableFuture<End> start(String method, String text, Duration timeout) {
    long begin = System.nanoTime();
    CompletableFuture<End> end = new CompletableFuture<>();
    ClientCall call =
        channel.newCall(
            Invocation.of(
                TripleEcho.method(method),
                "echo.test",
                Metadata.EMPTY,
                CallOptions.DEFAULT,
                Deadline.after(timeout)));
    call.start(
        new ClientCall.Listener() {
          @Override
          public void onMessage(@Nullable Object message) {
            assertEquals(StringValue.of(text), message);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(new End(status, Duration.ofNanos(System.nanoTime() - begin)));
          }
        });
    call.send(StringValue.of(text));
    call.halfClose();
    return end;
  }

  private static End end(CompletableFuture<End> call) {
    return call.orTimeout(60, TimeUnit.SECONDS).join();
  }

  private Status call(Duration timeout) {
    return end(start("Unary", "x", timeout)).status();
  }

  private void connect(String protocol) {
    channel =
        new DirectChannel(
            protocol,
            new ConnectSpec(
                "127.0.0.1",
                proxy.port(),
                Duration.ofSeconds(5),
                null,
                null,
                transports,
                Map.of("keepalive-time", "500", "keepalive-timeout", "1500")));
    assertEquals(Status.OK, call(LONG));
  }

  private void awaitReplaced() {
    Awaitility.await()
        .pollInterval(Duration.ofMillis(50))
        .atMost(Duration.ofSeconds(30))
        .until(() -> call(Duration.ofSeconds(5)).isOk());
    assertEquals(2, proxy.accepted());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void callsOnALinkThatLosesAllEndAndItIsReplaced(String protocol) {
    connect(protocol);
    proxy.drop();
    End end = end(start("Unary", "x", LONG));
    assertEquals(Code.UNAVAILABLE, end.status().code());
    assertTrue(end.after().compareTo(LONG) < 0, end::toString);
    awaitReplaced();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void lostRequestsEndAtTheirDeadline(String protocol) {
    connect(protocol);
    proxy.drop(Direction.TO_SERVER);
    assertEquals(Code.DEADLINE_EXCEEDED, call(SHORT).code());
    awaitReplaced();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void lostAnswersEndAtTheirDeadline(String protocol) {
    connect(protocol);
    proxy.drop(Direction.TO_CLIENT);
    assertEquals(Code.DEADLINE_EXCEEDED, call(SHORT).code());
    awaitReplaced();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void callsToAPeerThatReadsNothingEndAtTheirDeadlines(String protocol) {
    connect(protocol);
    proxy.stall(Direction.TO_SERVER);
    String large = "x".repeat(256 << 10);
    List<CompletableFuture<End>> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) { // 25 MB, far more than any buffer of the link
      calls.add(start("Unary", large, Duration.ofSeconds(1)));
    }
    for (CompletableFuture<End> each : calls) {
      Status status = end(each).status();
      assertTrue(
          status.code() == Code.DEADLINE_EXCEEDED || status.code() == Code.UNAVAILABLE,
          status::toString);
    }
    proxy.heal();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> call(Duration.ofSeconds(5)).isOk());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void slowLinkDeliversAll(String protocol) {
    connect(protocol);
    proxy.slow(1_000_000);
    String large = "0123456789".repeat(20_000); // a fifth of a second each way
    End end = end(start("Unary", large, LONG));
    assertEquals(Status.OK, end.status());
    assertTrue(end.after().compareTo(Duration.ofMillis(300)) > 0, end::toString);
    assertEquals(1, proxy.accepted()); // what is slow is not taken for dead
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void callOnALinkThatIsCutFailsAtOnceAndTheNextSucceeds(String protocol) {
    connect(protocol);
    CompletableFuture<End> held = start("Hold", "x", LONG);
    proxy.cut();
    assertEquals(Code.UNAVAILABLE, end(held).status().code());
    assertEquals(Status.OK, call(LONG));
  }
}
