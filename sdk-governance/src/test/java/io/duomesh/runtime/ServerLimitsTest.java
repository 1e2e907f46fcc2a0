package io.duomesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Channel;
import io.duomesh.ClientCall;
import io.duomesh.Duomesh;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.RpcException;
import io.duomesh.ServiceOptions;
import io.duomesh.Status;
import io.duomesh.governance.filter.AnnotatedCall;
import io.duomesh.traffic.FilterSpec;
import io.duomesh.traffic.HeaderMutations;
import io.duomesh.traffic.InboundPolicy;
import io.duomesh.traffic.LocalRateLimit;
import io.duomesh.traffic.RuntimeFraction;
import io.duomesh.traffic.TrafficSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers hear of a server's own limits, whatever they speak. */
class ServerLimitsTest {
  private @Nullable Duomesh server;
  private @Nullable Duomesh client;
  private volatile Metadata answered = Metadata.EMPTY;

  /** The service. */
  public interface Echo {
    String echo(String text);
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

  private ClientCall listening(Invocation invocation, Channel next) {
    ClientCall call =
        next.newCall(invocation.withMetadata(invocation.metadata().with("x-day", "tomorrow")));
    return new AnnotatedCall(
        call,
        headers -> {
          answered = headers;
          return headers;
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void refusalByALimitIsNotTriedAgain(String protocol) {
    LocalRateLimit one =
        new LocalRateLimit(
            new LocalRateLimit.TokenBucket(1, 1, Duration.ofHours(1)),
            RuntimeFraction.percent(100),
            RuntimeFraction.percent(100),
            429,
            false,
            0,
            List.of(),
            List.of(),
            true,
            List.of(
                new HeaderMutations.Addition(
                    "x-come-again",
                    "%REQ(x-day)%",
                    HeaderMutations.Append.APPEND_IF_EXISTS_OR_ADD,
                    false)),
            LocalRateLimit.HostRules.OVERRIDE,
            true);
    TrafficSnapshot limited =
        new TrafficSnapshot(
            "1",
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            new InboundPolicy(List.of(FilterSpec.of("limit", one)), null));
    Duomesh serving =
        Duomesh.builder()
            .traffic(limited)
            .set("duomesh.server.port", "0")
            .set("duomesh.server.address", "127.0.0.1")
            .build();
    server = serving;
    serving.export(Echo.class, text -> text, ServiceOptions.DEFAULT);
    serving.start();
    String address = "127.0.0.1:" + serving.port();
    Duomesh calling =
        Duomesh.builder()
            .traffic(OneCluster.of("echo", protocol, address))
            .set("duomesh.client.timeout", "20s")
            .clientInterceptor(this::listening)
            .build();
    client = calling;
    Echo echo = calling.start().client(Echo.class, "echo");
    assertEquals("x", echo.echo("x"));
    if (protocol.equals("bolt")) { // where headers and trailers are one
      assertEquals("1", answered.get("x-ratelimit-limit"), answered.toString());
      assertEquals("0", answered.get("x-ratelimit-remaining"), answered.toString());
    }
    RpcException failure = assertThrows(RpcException.class, () -> echo.echo("y"));
    Status refused = failure.status();
    assertEquals("tomorrow", failure.trailers().get("x-come-again"), failure.trailers().toString());
    assertEquals(
        "3600", failure.trailers().get("x-ratelimit-reset"), failure.trailers().toString());
    assertEquals(Status.Code.UNAVAILABLE, refused.code(), refused.toString());
    assertFalse(refused.unprocessed(), refused.toString());
    assertFalse(refused.message().contains("try 2"), refused.toString());
    assertTrue(refused.message().contains("limit"), refused.toString());
  }
}
