package io.duomesh.runtime.attempt;

import io.duomesh.CallOptions;
import io.duomesh.Deadline;
import io.duomesh.Duomesh;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.ServiceName;
import io.duomesh.ServiceOptions;
import io.duomesh.Settings;
import io.duomesh.runtime.cluster.ClusterContext;
import io.duomesh.runtime.routing.FixedRouter;
import io.duomesh.runtime.routing.Router;
import io.duomesh.runtime.routing.SnapshotCompiler;
import io.duomesh.runtime.routing.TableRouter;
import io.duomesh.runtime.routing.Target;
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
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.Transports;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * From an invocation to the endpoint that its call goes to: by a table of routes, and to a fixed
 * address, without sending anything. What the first costs more is the price of routing.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls prepare() first
public class RoutingBenchmark {
  /** Routes before the one that matches. */
  @Param({"1", "100"})
  public int routes;

  private final Target target = new Target("xds", "echo");
  private Invocation invocation;
  private Duomesh server;
  private Transports transports;
  private ScheduledExecutorService control;
  private FixedRouter fixed;
  private TableRouter table;

  /** Compiles a snapshot whose endpoints are connected. */
  @Setup(Level.Trial)
  public void prepare() {
    server =
        Duomesh.builder()
            .set("duomesh.server.port", "0")
            .set("duomesh.server.address", "127.0.0.1")
            .build();
    server.export(Callable.class, () -> "", ServiceOptions.DEFAULT);
    server.start();
    int port = server.port();
    transports = new Transports(TransportOptions.of(Settings.of(Map.of())));
    control = Executors.newSingleThreadScheduledExecutor();
    ClusterContext context = new ClusterContext(transports, control);
    fixed = new FixedRouter("fixed", context, t -> new FixedRouter.Hop("bolt", "127.0.0.1", port));
    invocation =
        Invocation.of(
            MethodDescriptor.of(
                ServiceName.of("io.duomesh.benchmarks.Echo"),
                "echo",
                MethodDescriptor.Type.UNARY,
                new PayloadShape.Bytes()),
            "echo",
            Metadata.EMPTY.with("x-version", "v2"),
            CallOptions.DEFAULT,
            Deadline.after(Duration.ofSeconds(10))); // before the route's own 15 s, as most are
    SnapshotCompiler compiler =
        new SnapshotCompiler(
            context,
            Settings.of(Map.of("duomesh.client.protocol", "bolt")),
            (t, i) -> {
              throw new AssertionError(t);
            });
    CompletableFuture<TableRouter> installed = new CompletableFuture<>();
    control.execute(() -> compiler.compile(snapshot(port), Set.of(target), installed::complete));
    table = installed.join();
  }

  private TrafficSnapshot snapshot(int port) {
    List<Route> all = new ArrayList<>();
    for (int i = 0; i < routes; i++) {
      all.add(
          Route.of("other" + i, RouteMatch.prefix("/other" + i), RouteAction.Forward.to("other")));
    }
    all.add(Route.of("echo", RouteMatch.prefix("/"), RouteAction.Forward.to("echo")));
    RouteConfiguration configuration =
        RouteConfiguration.of(
            "routes", VirtualHost.of("echo", List.of("echo"), all.toArray(new Route[0])));
    return new TrafficSnapshot(
        "1",
        Map.of("echo", Listener.api("echo", Listener.HttpRoutes.of(configuration))),
        Map.of(),
        Map.of("echo", ClusterSpec.of("echo", "bolt", LbPolicy.ROUND_ROBIN)),
        Map.of(
            "echo",
            ClusterEndpoints.of(
                "echo", List.of(Endpoint.of("127.0.0.1", port), Endpoint.of("localhost", port)))),
        null);
  }

  /** Closes all. */
  @TearDown(Level.Trial)
  public void close() {
    fixed.close();
    control.shutdownNow();
    transports.close();
    server.close();
  }

  /** To a fixed address. */
  @Benchmark
  public @Nullable Object direct(Blackhole sink) {
    return picked(fixed, sink);
  }

  /** By the table. */
  @Benchmark
  public @Nullable Object routed(Blackhole sink) {
    return picked(table, sink);
  }

  private @Nullable Object picked(Router router, Blackhole sink) {
    AttemptCall call = (AttemptCall) router.newCall(target, invocation);
    sink.consume(call); // what a call keeps of it
    return call.pick();
  }
}
