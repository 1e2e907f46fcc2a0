package io.duomesh.benchmarks;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import io.duomesh.CallOptions;
import io.duomesh.ClientOptions;
import io.duomesh.Duomesh;
import io.duomesh.ServiceOptions;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Duomesh through a typed interface, routed from a snapshot. */
final class DuomeshPeer implements Peer {
  private final String protocol;

  DuomeshPeer(String protocol) {
    this.protocol = protocol;
  }

  /** The echo of arguments. */
  interface BytesEcho {
    CompletableFuture<byte[]> echo(byte[] payload);
  }

  /** The echo of protobuf messages. */
  interface MessageEcho {
    CompletableFuture<BytesValue> echo(BytesValue payload);
  }

  @Override
  public int serve() {
    Duomesh server =
        Duomesh.builder()
            .set("duomesh.server.port", "0")
            .set("duomesh.server.address", "127.0.0.1")
            .set("duomesh.transport.event-loops", "1")
            .build();
    ServiceOptions inline = ServiceOptions.DEFAULT.withExecutor(Runnable::run);
    server.export(BytesEcho.class, CompletableFuture::completedFuture, inline);
    server.export(MessageEcho.class, CompletableFuture::completedFuture, inline);
    return server.start().port();
  }

  @Override
  public Caller connect(int port) {
    Duomesh client =
        Duomesh.builder()
            .set("duomesh.transport.event-loops", "1")
            .set("duomesh.client.timeout", "10s")
            .traffic(snapshot(port))
            .build()
            .start();
    ClientOptions options =
        ClientOptions.target("echo").withCall(CallOptions.DEFAULT.withExecutor(Runnable::run));
    if (protocol.equals("bolt")) {
      BytesEcho echo = client.client(BytesEcho.class, options);
      byte[] payload = Peer.payload();
      echo.echo(payload).join();
      return done -> echo.echo(payload).whenComplete(done);
    }
    MessageEcho echo = client.client(MessageEcho.class, options);
    BytesValue payload = BytesValue.of(ByteString.copyFrom(Peer.payload()));
    echo.echo(payload).join();
    return done -> echo.echo(payload).whenComplete(done);
  }

  private TrafficSnapshot snapshot(int port) {
    RouteConfiguration routes =
        RouteConfiguration.of(
            "routes",
            VirtualHost.of(
                "echo",
                List.of("echo"),
                Route.of("other", RouteMatch.prefix("/other"), RouteAction.Forward.to("other")),
                Route.of("echo", RouteMatch.prefix("/"), RouteAction.Forward.to("echo"))));
    return new TrafficSnapshot(
        "1",
        Map.of("echo", Listener.api("echo", Listener.HttpRoutes.of(routes))),
        Map.of(),
        Map.of("echo", ClusterSpec.of("echo", protocol, LbPolicy.ROUND_ROBIN)),
        Map.of("echo", ClusterEndpoints.of("echo", List.of(Endpoint.of("127.0.0.1", port)))),
        null);
  }
}
