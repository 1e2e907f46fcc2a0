package io.duomesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duomesh.Duomesh;
import io.duomesh.ResponseFlag;
import io.duomesh.RpcException;
import io.duomesh.ServiceOptions;
import io.duomesh.Status;
import java.util.function.UnaryOperator;
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
}
