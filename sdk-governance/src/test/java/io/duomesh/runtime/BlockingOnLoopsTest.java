package io.duomesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.CallOptions;
import io.duomesh.Duomesh;
import io.duomesh.RpcException;
import io.duomesh.ServiceOptions;
import io.duomesh.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A thread that serves connections never waits for one: such calls fail at once and say why. */
class BlockingOnLoopsTest {
  private @Nullable Duomesh server;
  private @Nullable Duomesh client;
  private final CompletableFuture<Void> gate = new CompletableFuture<>();

  /** The service. */
  public interface Relay {
    String echo(String text);

    CompletableFuture<String> echoLater(String text);

    /** Answers when the gate opens. */
    CompletableFuture<String> held(String text);

    /** Calls itself once more, and waits for it. */
    String relay(String text);

    /** Calls itself once more, without waiting. */
    CompletableFuture<String> relayLater(String text);
  }

  @AfterEach
  void close() {
    if (client != null) {
      client.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private Relay relay(String protocol) {
    Duomesh serving =
        Duomesh.builder()
            .set("duomesh.server.port", "0")
            .set("duomesh.server.address", "127.0.0.1")
            .set("duomesh.transport.event-loops", "1")
            .set("duomesh.server.inproc", "relay")
            .set("duomesh.client.timeout", "20s")
            .build();
    server = serving;
    serving.export(
        Relay.class,
        new Relay() {
          private Relay itself() {
            return serving.client(Relay.class, "inproc:relay");
          }

          @Override
          public String echo(String text) {
            return text;
          }

          @Override
          public CompletableFuture<String> echoLater(String text) {
            return CompletableFuture.completedFuture(text);
          }

          @Override
          public CompletableFuture<String> held(String text) {
            return gate.thenApply(opened -> text);
          }

          @Override
          public String relay(String text) {
            return itself().echo(text);
          }

          @Override
          public CompletableFuture<String> relayLater(String text) {
            return itself().echoLater(text);
          }
        },
        ServiceOptions.DEFAULT.withExecutor(Runnable::run));
    serving.start();
    Duomesh calling =
        Duomesh.builder()
            .traffic(OneCluster.of("relay", protocol, "127.0.0.1:" + serving.port()))
            .set("duomesh.transport.event-loops", "1")
            .set("duomesh.client.timeout", "20s")
            .build();
    client = calling;
    return calling.start().client(Relay.class, "relay");
  }

  private static void assertRefused(Status status) {
    assertEquals(Status.Code.FAILED_PRECONDITION, status.code(), status.toString());
    assertTrue(status.message().contains("CompletionStage"), status.message());
    assertTrue(status.message().contains("duomesh-io"), status.message());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void handlerOnTheLoopThatWouldWaitIsRefused(String protocol) throws Exception {
    Relay relay = relay(protocol);
    assertRefused(assertThrows(RpcException.class, () -> relay.relay("x")).status());
    assertEquals("x", relay.echo("x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void callbackOnTheLoopThatWouldWaitIsRefused(String protocol) throws Exception {
    Relay relay = relay(protocol);
    Relay inline = client.with(relay, CallOptions.DEFAULT.withExecutor(Runnable::run));
    CompletableFuture<String> onLoop = inline.held("x").thenApply(relay::echo);
    gate.complete(null);
    ExecutionException refused =
        assertThrows(ExecutionException.class, () -> onLoop.get(25, TimeUnit.SECONDS));
    assertRefused(((RpcException) refused.getCause()).status());
    assertEquals(
        "xx",
        inline
            .echoLater("x")
            .thenCompose(text -> relay.echoLater(text + text))
            .get(25, TimeUnit.SECONDS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void configurationIsNotWaitedForOnALoop(String protocol) {
    Relay relay = relay(protocol);
    Relay inline = client.with(relay, CallOptions.DEFAULT.withExecutor(Runnable::run));
    var next = OneCluster.of("relay", protocol, "127.0.0.1:" + server.port());
    CompletableFuture<?> onLoop = inline.held("x").thenApply(text -> client.update(next));
    gate.complete(null);
    ExecutionException refused =
        assertThrows(ExecutionException.class, () -> onLoop.get(25, TimeUnit.SECONDS));
    assertTrue(refused.getCause() instanceof IllegalStateException, refused.toString());
  }
}
