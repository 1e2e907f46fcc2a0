package io.duomesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.CallOptions;
import io.duomesh.Channel;
import io.duomesh.ClientCall;
import io.duomesh.ClientInterceptor;
import io.duomesh.ClientOptions;
import io.duomesh.Duomesh;
import io.duomesh.ForwardingClientCall;
import io.duomesh.Invocation;
import io.duomesh.RpcException;
import io.duomesh.RpcMethod;
import io.duomesh.ServiceName;
import io.duomesh.Status;
import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.RetryPolicy;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.RouteMatch;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.traffic.VirtualHost;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every call ends, once, whatever closes or throws around it. */
class CallsEndTest {
  private static final String ADDRESS = "ends:1";
  private static final String OTHER = "ends:2";

  private @Nullable Duomesh mesh;

  interface Greeter {
    String greet(String name);

    @RpcMethod(timeoutMillis = 400)
    String hurried(String name);

    CompletableFuture<String> greetLater(String name);

    default String twice(String name) {
      return greet(name) + greet(name);
    }
  }

  @AfterEach
  void close() {
    if (mesh != null) {
      mesh.close();
    }
    LoopTransport.stop(ADDRESS);
    LoopTransport.stop(OTHER);
  }

  private Duomesh runtime(@Nullable RetryPolicy retries, ClientInterceptor... interceptors) {
    RouteAction.Forward forward =
        RouteAction.Forward.to("c").withTimeouts(RouteAction.Timeouts.of(Duration.ZERO));
    RouteConfiguration routes =
        RouteConfiguration.of(
            "routes",
            VirtualHost.of(
                "all",
                List.of("*"),
                Route.of(
                    "all",
                    RouteMatch.prefix(""),
                    retries == null ? forward : forward.withRetryPolicy(retries))));
    TrafficSnapshot snapshot =
        new TrafficSnapshot(
            "1",
            Map.of("greeter", Listener.api("greeter", Listener.HttpRoutes.of(routes))),
            Map.of(),
            Map.of("c", ClusterSpec.of("c", "loop", LbPolicy.ROUND_ROBIN)),
            Map.of("c", ClusterEndpoints.of("c", List.of(Endpoint.of("ends", 1)))),
            null);
    var builder = Duomesh.builder().traffic(snapshot).set("duomesh.client.timeout", "0");
    for (ClientInterceptor interceptor : interceptors) {
      builder.clientInterceptor(interceptor);
    }
    Duomesh made = builder.build();
    mesh = made;
    return made;
  }

  private static Status failure(CompletableFuture<String> future) throws Exception {
    ExecutionException e =
        assertThrows(ExecutionException.class, () -> future.get(5, TimeUnit.SECONDS));
    return ((RpcException) e.getCause()).status();
  }

  @Test
  void callThatWaitsForItsNextTryEndsWithTheRuntime() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    LoopTransport.serve(
        ADDRESS,
        (invocation, request) -> {
          tries.incrementAndGet();
          return LoopTransport.Reply.failed(
              Status.remote(Status.Code.UNAVAILABLE, "come back in a minute"));
        });
    RetryPolicy patient =
        new RetryPolicy(
            Set.of("unavailable"),
            3,
            null,
            Set.of(),
            List.of(),
            Duration.ofMinutes(10),
            Duration.ofMinutes(10),
            false,
            0,
            1);
    Duomesh closing = runtime(patient).start();
    CompletableFuture<String> waiting =
        closing.client(Greeter.class, "greeter").greetLater("anyone");
    Awaitility.await().until(() -> tries.get() == 1);
    closing.close();
    assertEquals(Status.Code.UNAVAILABLE, failure(waiting).code());
  }

  @Test
  void callThatWaitsForTheStartEndsWithTheRuntime() throws Exception {
    Duomesh unstarted = runtime(null);
    CompletableFuture<String> waiting =
        unstarted.client(Greeter.class, "greeter").greetLater("anyone");
    unstarted.close();
    Status status = failure(waiting);
    assertEquals(Status.Code.UNAVAILABLE, status.code());
    assertTrue(status.message().contains("closed"), status.message());
  }

  @Test
  void callAfterTheEndIsToldSo() {
    LoopTransport.serve(ADDRESS, (invocation, request) -> LoopTransport.Reply.ok("hello"));
    Duomesh ended = runtime(null).start();
    Greeter greeter = ended.client(Greeter.class, "greeter");
    assertEquals("hello", greeter.greet("x"));
    ended.close();
    Status status = assertThrows(RpcException.class, () -> greeter.greet("x")).status();
    assertEquals(Status.Code.UNAVAILABLE, status.code());
    assertTrue(status.message().contains("closed"), status.message());
  }

  @Test
  void interceptorThatFailsOnAMessageFailsItsCall() throws Exception {
    LoopTransport.serve(ADDRESS, (invocation, request) -> LoopTransport.Reply.ok("hello"));
    ClientInterceptor broken = (invocation, next) -> new Picky(next, invocation);
    Greeter greeter = runtime(null, broken).start().client(Greeter.class, "greeter");
    Status status = failure(greeter.greetLater("x"));
    assertEquals(Status.Code.INTERNAL, status.code());
    assertTrue(status.message().contains("I do not like hello"), status.message());
  }

  private static final class Picky extends ForwardingClientCall {
    Picky(Channel next, Invocation invocation) {
      super(next.newCall(invocation));
    }

    @Override
    public void start(Listener listener) {
      super.start(
          new Listener() {
            @Override
            public void onMessage(@Nullable Object message) {
              throw new IllegalStateException("I do not like " + message);
            }

            @Override
            public void onClose(Status status, io.duomesh.Metadata trailers) {
              listener.onClose(status, trailers);
            }
          });
    }
  }

  @Test
  void callCancelledBeforeItsStartEndsOnceStarted() {
    AtomicInteger closes = new AtomicInteger();
    ClientInterceptor eager =
        (invocation, next) -> {
          ClientCall call = next.newCall(invocation);
          call.cancel("changed my mind");
          return call;
        };
    Greeter greeter = runtime(null, eager).start().client(Greeter.class, "greeter");
    CompletableFuture<String> future = greeter.greetLater("x");
    future.whenComplete((value, thrown) -> closes.incrementAndGet());
    Awaitility.await().until(() -> closes.get() == 1);
  }

  @Test
  void timeoutIsTheCallsThenTheMethodsThenTheInterfaces() {
    LoopTransport.serve(ADDRESS, (invocation, request) -> left(invocation));
    Duomesh started = runtime(null).start();
    Greeter plain =
        started.client(
            Greeter.class,
            ClientOptions.target("greeter")
                .withCall(CallOptions.DEFAULT.withTimeout(Duration.ofSeconds(100))));
    assertBetween(50_000, 100_000, plain.greet("x"));
    assertBetween(0, 400, plain.hurried("x"));
    Greeter said = started.with(plain, CallOptions.DEFAULT.withTimeout(Duration.ofSeconds(30)));
    assertBetween(10_000, 30_000, said.hurried("x"));
    Greeter marked = started.with(said, CallOptions.DEFAULT.withMetadata("x", "y"));
    assertBetween(10_000, 30_000, marked.hurried("x"));
    assertEquals("none", started.client(Greeter.class, "greeter").greet("x"));
  }

  private static LoopTransport.Reply left(Invocation invocation) {
    return LoopTransport.Reply.ok(
        invocation.deadline().isNone()
            ? "none"
            : String.valueOf(
                TimeUnit.NANOSECONDS.toMillis(invocation.deadline().remainingNanos())));
  }

  private static void assertBetween(long least, long most, String millis) {
    long value = Long.parseLong(millis);
    assertTrue(value >= least && value <= most, millis + " ms");
  }

  @Test
  void defaultMethodIsTheServices() {
    LoopTransport.serve(
        ADDRESS, (invocation, request) -> LoopTransport.Reply.ok(invocation.method().name()));
    assertEquals("twice", runtime(null).start().client(Greeter.class, "greeter").twice("anyone"));
  }

  @Test
  void describedCallGoesToTheTargetOfItsOptions() {
    LoopTransport.serve(
        ADDRESS, (invocation, request) -> LoopTransport.Reply.ok(invocation.authority()));
    Duomesh started = runtime(null).start();
    RpcException elsewhere =
        assertThrows(
            RpcException.class,
            () ->
                started
                    .generic("greeter")
                    .invoke(
                        ServiceName.of("demo.Greeter"),
                        "greet",
                        List.of(),
                        List.of(),
                        CallOptions.DEFAULT
                            .withTarget("inproc:nobody-there")
                            .withTimeout(Duration.ofSeconds(5))));
    assertTrue(elsewhere.getMessage().contains("nobody-there"), elsewhere.getMessage());
  }
}
