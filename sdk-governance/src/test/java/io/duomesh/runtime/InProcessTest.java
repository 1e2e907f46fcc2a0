package io.duomesh.runtime;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duomesh.Duomesh;
import io.duomesh.ResponseFlag;
import io.duomesh.RpcException;
import io.duomesh.ServiceOptions;
import io.duomesh.Status;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A service and its caller in one process: what tests of applications use. */
class InProcessTest {
  /** A service. */
  public interface Echo {
    String echo(String text);
  }

  private static Duomesh server(String name, UnaryOperator<String> echo) {
    Duomesh server =
        Duomesh.builder()
            .set("duomesh.server.inproc", name)
            .set("duomesh.server.port", "0")
            .build();
    server.export(Echo.class, echo::apply, ServiceOptions.DEFAULT);
    return server.start();
  }

  @Test
  void aTargetInProcessNeedsNoConfiguration() {
    try (Duomesh server = server("echo", text -> "<" + text + ">");
        Duomesh client = Duomesh.builder().build().start()) {
      assertEquals("<hi>", client.client(Echo.class, "inproc:echo").echo("hi"));
    }
  }

  @Test
  void aMissingServerIsUnavailable() {
    try (Duomesh client = Duomesh.builder().build().start()) {
      Echo echo = client.client(Echo.class, "inproc:nobody");
      RpcException missing = assertThrows(RpcException.class, () -> echo.echo("hi"));
      assertEquals(Status.Code.UNAVAILABLE, missing.status().code());
      assertEquals(ResponseFlag.UF, missing.status().flag());
    }
  }

  @Test
  void aServiceCallsAnotherWithinItsOwnDeadline() {
    try (Duomesh inner = server("inner", text -> text + "!");
        Duomesh client = Duomesh.builder().build().start();
        Duomesh outer =
            server("outer", text -> client.client(Echo.class, "inproc:inner").echo(text))) {
      assertEquals("hi!", client.client(Echo.class, "inproc:outer").echo("hi"));
      assertEquals(0, outer.port() - outer.state().serverPort());
      assertEquals(1, inner.state().services().size());
    }
  }

  /** A service that answers later. */
  public interface Later {
    CompletableFuture<String> later(int number);
  }

  @Test
  void thousandsOfCallsAreInFlightWhereNoConfigurationLimitsThem() {
    CompletableFuture<String> answer = new CompletableFuture<>();
    var builder =
        Duomesh.builder().set("duomesh.server.inproc", "later").set("duomesh.server.port", "0");
    try (Duomesh server = builder.build();
        Duomesh client = Duomesh.builder().set("duomesh.client.timeout", "30s").build().start()) {
      server.export(
          Later.class, number -> answer, ServiceOptions.DEFAULT.withExecutor(Runnable::run));
      server.start();
      Later service = client.client(Later.class, "inproc:later");
      List<CompletableFuture<String>> calls =
          IntStream.range(0, 3_000).mapToObj(service::later).toList();
      answer.complete("done");
      assertEquals(Set.of("done"), calls.stream().map(CompletableFuture::join).collect(toSet()));
    }
  }
}
