package io.duomesh.interop.sofa;

import com.alipay.sofa.rpc.common.RpcConfigs;
import com.alipay.sofa.rpc.common.RpcOptions;
import com.alipay.sofa.rpc.config.ConsumerConfig;
import com.alipay.sofa.rpc.config.ProviderConfig;
import com.alipay.sofa.rpc.config.ServerConfig;
import io.duomesh.Duomesh;
import io.duomesh.DuomeshBuilder;
import io.duomesh.traffic.CircuitBreakers;
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
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** SOFARPC's and our clients and servers on Bolt, closed after each test. */
final class SofaPeers implements BeforeAllCallback, AfterEachCallback {
  /** The target of our clients. */
  static final String TARGET = "peer";

  private final List<Runnable> closing = new ArrayList<>();

  @Override
  public void beforeAll(ExtensionContext context) {
    configure();
  }

  /** Their tracer writes a log line per call to the home directory. */
  static void configure() {
    RpcConfigs.putValue(RpcOptions.DEFAULT_TRACER, "");
    RpcConfigs.putValue(RpcOptions.MODULE_LOAD_LIST, "fault-tolerance");
    RpcConfigs.putValue(RpcOptions.LOGGER_IMPL, "com.alipay.sofa.rpc.log.SLF4JLoggerImpl");
  }

  @Override
  public void afterEach(ExtensionContext context) {
    while (!closing.isEmpty()) {
      closing.remove(closing.size() - 1).run();
    }
  }

  void closeLater(Runnable close) {
    closing.add(close);
  }

  static int freePort() {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return free.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A server of ours, with what it offers. */
  Duomesh ourServer(Consumer<Duomesh> exports) {
    return ourServer(UnaryOperator.identity(), exports);
  }

  Duomesh ourServer(UnaryOperator<DuomeshBuilder> settings, Consumer<Duomesh> exports) {
    Duomesh server =
        settings
            .apply(
                Duomesh.builder()
                    .set("duomesh.server.port", "0")
                    .set("duomesh.server.address", "127.0.0.1")
                    .traffic(TrafficSnapshot.EMPTY))
            .build();
    closing.add(server::close);
    exports.accept(server);
    return server.start();
  }

  /** A client of ours whose target {@link #TARGET} is one address. */
  Duomesh ourClient(int port) {
    return ourClient(port, null, UnaryOperator.identity());
  }

  /** The same with a serializer by name. */
  Duomesh ourClient(int port, String serialization, UnaryOperator<DuomeshBuilder> settings) {
    return ourClient(List.of(port), serialization, settings);
  }

  /** The same with several addresses. */
  Duomesh ourClient(
      List<Integer> ports, String serialization, UnaryOperator<DuomeshBuilder> settings) {
    return ourClient(ports, serialization, settings, RouteAction.Forward.to(TARGET));
  }

  /** The same with a route that leads to {@link #TARGET}. */
  Duomesh ourClient(
      List<Integer> ports,
      String serialization,
      UnaryOperator<DuomeshBuilder> settings,
      RouteAction.Forward route) {
    List<Endpoint> endpoints = ports.stream().map(port -> Endpoint.of("127.0.0.1", port)).toList();
    RouteConfiguration routes =
        RouteConfiguration.of(
            "routes",
            VirtualHost.of("all", List.of("*"), Route.of("all", RouteMatch.prefix("/"), route)));
    ClusterSpec cluster = cluster(serialization);
    Duomesh client =
        settings
            .apply(
                Duomesh.builder()
                    .application("front")
                    .set("duomesh.client.timeout", "30s") // their server starts slowly
                    .traffic(
                        new TrafficSnapshot(
                            "1",
                            Map.of(TARGET, Listener.api(TARGET, Listener.HttpRoutes.of(routes))),
                            Map.of(),
                            Map.of(TARGET, cluster),
                            Map.of(TARGET, ClusterEndpoints.of(TARGET, endpoints)),
                            null)))
            .build();
    closing.add(client::close);
    return client.start();
  }

  /** As many retries at once as there are calls: Envoy's default of 3 is not what is tested. */
  private static ClusterSpec cluster(String serialization) {
    ClusterSpec c = ClusterSpec.of(TARGET, "bolt", LbPolicy.ROUND_ROBIN);
    CircuitBreakers.Thresholds many = new CircuitBreakers.Thresholds(1024, 1024, 1024);
    return new ClusterSpec(
        c.name(),
        c.protocol(),
        c.discovery(),
        c.lbPolicy(),
        c.locality(),
        new CircuitBreakers(many, many),
        c.connectTimeout(),
        c.tls(),
        serialization,
        c.metadata());
  }

  /** A client of theirs, to be refined and referred to. */
  <T> ConsumerConfig<T> theirClient(Class<T> type, int port) {
    ConsumerConfig<T> config =
        new ConsumerConfig<T>()
            .setInterfaceId(type.getName())
            .setProtocol("bolt")
            .setDirectUrl("bolt://127.0.0.1:" + port)
            .setRegister(false)
            .setRepeatedReferLimit(-1)
            .setConnectTimeout(30_000)
            .setTimeout(30_000);
    closing.add(config::unRefer);
    return config;
  }

  /** A server of theirs on a free port, which offers each service under its own configuration. */
  int theirServer(ProviderConfig<?>... providers) {
    ServerConfig server =
        new ServerConfig()
            .setProtocol("bolt")
            .setHost("127.0.0.1")
            .setBoundHost("127.0.0.1")
            .setPort(freePort())
            .setDaemon(true);
    closing.add(server::destroy);
    for (ProviderConfig<?> provider : providers) {
      provider.setServer(server).setRegister(false);
      provider.export();
      closing.add(provider::unExport);
    }
    return server.getPort();
  }

  static <T> ProviderConfig<T> provider(Class<T> type, T implementation) {
    return new ProviderConfig<T>()
        .setInterfaceId(type.getName())
        .setRepeatedExportLimit(-1)
        .setRef(implementation);
  }
}
