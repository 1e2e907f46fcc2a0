package io.duomesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.CallOptions;
import io.duomesh.Duomesh;
import io.duomesh.RpcContext;
import io.duomesh.RpcException;
import io.duomesh.ServiceOptions;
import io.duomesh.Status;
import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.RouteMatch;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.traffic.VirtualHost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limit of time that a service has of its own. */
class ServiceTimeoutTest {
  private static final Duration PATIENT = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(200);

  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicReference<RpcContext> seen = new AtomicReference<>();
  private final Duomesh server =
      Duomesh.builder()
          .set("duomesh.server.port", "0")
          .set("duomesh.server.inproc", "timed")
          .set("duomesh.server.threads", "2")
          .build();
  private Duomesh client = Duomesh.builder().build();

  /** A service with two kinds of methods. */
  public interface Work {
    String now(String text);

    CompletableFuture<String> later();
  }

  private class Worker implements Work {
    @Override
    public String now(String text) {
      seen.set(RpcContext.current());
      return text;
    }

    @Override
    public CompletableFuture<String> later() {
      seen.set(RpcContext.current());
      return CompletableFuture.supplyAsync(
          () -> {
            await(released);
            return "too late";
          });
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void close() {
    released.countDown();
    client.close();
    server.close();
  }

  private <T> T patient(Class<T> type, T service, Duration limit, String protocol) {
    server.export(type, service, ServiceOptions.DEFAULT.withTimeout(limit));
    server.start();
    client.close();
    client = Duomesh.builder().traffic(snapshot(protocol, server.port())).build().start();
    String target = protocol.equals("inproc") ? "inproc:timed" : "work";
    return client.with(client.client(type, target), CallOptions.DEFAULT.withTimeout(PATIENT));
  }

  private static TrafficSnapshot snapshot(String protocol, int port) {
    RouteConfiguration routes =
        RouteConfiguration.of(
            "routes",
            VirtualHost.of(
                "all",
                List.of("*"),
                Route.of("all", RouteMatch.prefix("/"), RouteAction.Forward.to("work"))));
    return new TrafficSnapshot(
        "1",
        Map.of("work", Listener.api("work", Listener.HttpRoutes.of(routes))),
        Map.of(),
        Map.of("work", ClusterSpec.of("work", protocol, LbPolicy.ROUND_ROBIN)),
        Map.of("work", ClusterEndpoints.of("work", List.of(Endpoint.of("127.0.0.1", port)))),
        null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple", "inproc"})
  void callerWhoWouldWaitLongerIsToldOfTheServicesLimit(String protocol) {
    Work work = patient(Work.class, new Worker(), SHORT, protocol);
    RpcException late = assertThrows(RpcException.class, () -> join(work.later()));
    assertEquals(Status.Code.DEADLINE_EXCEEDED, late.status().code());
    assertEquals(Status.Origin.REMOTE, late.status().origin());
    assertTrue(late.status().message().contains("own limit of 200 ms"), late.getMessage());
    assertTrue(late.status().message().contains(Work.class.getName()), late.getMessage());
    assertTrue(seen.get().isCancelled());
    assertEquals("fine", work.now("fine"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple", "inproc"})
  void callThatTakesTooLongToGetAThreadIsToldToo(String protocol) {
    Work work =
        patient(
            Work.class,
            new Worker() {
              @Override
              public CompletableFuture<String> later() {
                await(released);
                return CompletableFuture.completedFuture("");
              }
            },
            SHORT,
            protocol);
    RpcException late = assertThrows(RpcException.class, () -> join(work.later()));
    assertTrue(late.status().message().contains("own limit"), late.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple", "inproc"})
  void theServiceSeesTheEarlierOfTheDeadlines(String protocol) {
    Work work = patient(Work.class, new Worker(), Duration.ofSeconds(9), protocol);
    work.now("x");
    long left = Duration.ofNanos(seen.get().deadline().remainingNanos()).toMillis();
    assertTrue(left <= 9_000, left + " ms left of the service's 9 s");
    client.with(work, CallOptions.DEFAULT.withTimeout(Duration.ofSeconds(6))).now("x");
    left = Duration.ofNanos(seen.get().deadline().remainingNanos()).toMillis();
    assertTrue(left <= 6_000, left + " ms left of the caller's 6 s");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple", "inproc"})
  void callerWithoutADeadlineGetsTheServices(String protocol) {
    Work work = patient(Work.class, new Worker(), Duration.ofSeconds(9), protocol);
    client.with(work, CallOptions.DEFAULT.withTimeout(Duration.ZERO)).now("x");
    long left = Duration.ofNanos(seen.get().deadline().remainingNanos()).toMillis();
    assertTrue(left <= 9_000, left + " ms left of the service's 9 s");
  }

  @Test
  void callsThatTheServiceMakesInheritTheLimit() throws IOException {
    ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    Duomesh onward =
        Duomesh.builder().traffic(snapshot("bolt", silent.getLocalPort())).build().start();
    CountDownLatch answered = new CountDownLatch(1);
    AtomicReference<Status> inner = new AtomicReference<>(Status.OK);
    Work front =
        patient(
            Work.class,
            new Worker() {
              @Override
              public CompletableFuture<String> later() {
                try {
                  onward
                      .with(
                          onward.client(Work.class, "work"),
                          CallOptions.DEFAULT.withTimeout(PATIENT))
                      .now("x");
                } catch (RpcException e) {
                  inner.set(e.status());
                }
                answered.countDown();
                return new CompletableFuture<>();
              }
            },
            SHORT,
            "bolt");
    assertThrows(RpcException.class, () -> join(front.later()));
    await(answered);
    assertEquals(Status.Code.DEADLINE_EXCEEDED, inner.get().code(), inner.get().toString());
    onward.close();
    silent.close();
  }

  @Test
  void zeroIsNoLimitAndLessIsRefused() {
    assertEquals(ServiceOptions.DEFAULT, ServiceOptions.DEFAULT.withTimeout(Duration.ZERO));
    IllegalArgumentException negative =
        assertThrows(
            IllegalArgumentException.class,
            () -> ServiceOptions.DEFAULT.withTimeout(Duration.ofSeconds(-1)));
    assertTrue(String.valueOf(negative.getMessage()).contains("expected: zero"), "" + negative);
  }

  private static <T> T join(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (java.util.concurrent.CompletionException e) {
      throw e.getCause() instanceof RpcException rpc ? rpc : e;
    }
  }
}
