package io.duomesh.examples.quickstart;

import io.envoyproxy.controlplane.cache.ConfigWatcher;
import io.envoyproxy.controlplane.cache.DeltaResponse;
import io.envoyproxy.controlplane.cache.DeltaWatch;
import io.envoyproxy.controlplane.cache.DeltaXdsRequest;
import io.envoyproxy.controlplane.cache.NodeGroup;
import io.envoyproxy.controlplane.cache.Response;
import io.envoyproxy.controlplane.cache.Watch;
import io.envoyproxy.controlplane.cache.XdsRequest;
import io.envoyproxy.controlplane.cache.v3.SimpleCache;
import io.envoyproxy.controlplane.cache.v3.Snapshot;
import io.envoyproxy.controlplane.server.V3DiscoveryServer;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** An embedded control plane: java-control-plane behind gRPC, the same resources for every node. */
final class ControlPlane implements AutoCloseable {
  private static final String GROUP = "quickstart";

  private final SimpleCache<String> cache = new SimpleCache<>(new EveryNode());
  private final AdsLog log = new AdsLog();
  private final Server server;
  private int version;

  private ControlPlane(int port) throws IOException {
    V3DiscoveryServer discovery = new V3DiscoveryServer(new WhatIsThere(cache));
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .addService(
                ServerInterceptors.intercept(discovery.getAggregatedDiscoveryServiceImpl(), log))
            .build()
            .start();
  }

  /** Serves a configuration at a port of its own. */
  static ControlPlane start(Mesh mesh) throws IOException {
    return start(mesh, 0);
  }

  /** Serves a configuration at a port; 0 for any. */
  static ControlPlane start(Mesh mesh, int port) throws IOException {
    ControlPlane controlPlane = new ControlPlane(port);
    controlPlane.push(mesh);
    return controlPlane;
  }

  String address() {
    return InetAddress.getLoopbackAddress().getHostAddress() + ":" + port();
  }

  int port() {
    return server.getPort();
  }

  AdsLog log() {
    return log;
  }

  /** Makes a configuration the current one; nodes that are connected get what is new in it. */
  void push(Mesh mesh) {
    version++;
    cache.setSnapshot(
        GROUP,
        Snapshot.create(
            mesh.clusters().values(),
            mesh.assignments().values(),
            mesh.listeners().values(),
            mesh.routes().values(),
            List.of(),
            String.valueOf(version)));
  }

  int version() {
    return version;
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Answers with what there is. The cache alone answers no request by name, nor ever again on that
   * stream, once one of the names is not there: a slip in the file would outlast its correction.
   */
  private record WhatIsThere(ConfigWatcher cache) implements ConfigWatcher {
    @Override
    public Watch createWatch(
        boolean ads,
        XdsRequest request,
        Set<String> knownResources,
        Consumer<Response> responses,
        boolean hasClusterChanged,
        boolean allowDefaultEmptyEdsUpdate) {
      return cache.createWatch(
          false, request, knownResources, responses, hasClusterChanged, allowDefaultEmptyEdsUpdate);
    }

    @Override
    public DeltaWatch createDeltaWatch(
        DeltaXdsRequest request,
        String version,
        Map<String, String> resourceVersions,
        Set<String> pendingResources,
        boolean isWildcard,
        Consumer<DeltaResponse> responses,
        boolean hasClusterChanged) {
      return cache.createDeltaWatch(
          request,
          version,
          resourceVersions,
          pendingResources,
          isWildcard,
          responses,
          hasClusterChanged);
    }
  }

  /** All nodes are one group. */
  private static final class EveryNode implements NodeGroup<String> {
    @Override
    public String hash(Node node) {
      return GROUP;
    }
  }
}
