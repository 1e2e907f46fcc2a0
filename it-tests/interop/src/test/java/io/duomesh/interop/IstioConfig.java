package io.duomesh.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.duomesh.Duomesh;
import io.duomesh.Explanation;
import io.duomesh.Metadata;
import io.duomesh.governance.route.Entrance;
import io.duomesh.governance.route.MetadataHead;
import io.duomesh.governance.route.RouteChoice;
import io.duomesh.governance.route.RouteTable;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.xds.XdsFile;
import io.duomesh.xds.XdsVerdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What Istio's generator sends for a scenario, in force in a runtime that can be asked. */
final class IstioConfig implements AutoCloseable {
  /** The service of nearly every scenario. */
  static final String ECHO = "echo.demo.svc.cluster.local";

  private final TrafficSnapshot snapshot;
  private final Duomesh mesh;

  private IstioConfig(TrafficSnapshot snapshot) {
    this.snapshot = snapshot;
    this.mesh = Duomesh.builder().traffic(snapshot).build().start();
  }

  /** A scenario of the test resources, in the shape of a sidecar or a proxyless client. */
  static IstioConfig of(String scenario, String shape) throws Exception {
    String file = "/istio/" + scenario + "/" + shape + ".json";
    return read(Path.of(Objects.requireNonNull(IstioConfig.class.getResource(file), file).toURI()));
  }

  /** Resource files; none may be refused. */
  static IstioConfig read(Path... files) throws Exception {
    XdsFile xds = XdsFile.read(files);
    List<String> refused = new ArrayList<>();
    for (XdsVerdict verdict : xds.resources()) {
      if (verdict.outcome() == XdsVerdict.Outcome.REFUSED) {
        refused.add(verdict.name() + ": " + verdict.reason());
      }
    }
    assertEquals(List.of(), refused);
    return new IstioConfig(xds.snapshot());
  }

  TrafficSnapshot snapshot() {
    return snapshot;
  }

  /** The runtime's own answer; headers are names and values in turn. */
  Explanation explain(String target, String path, long random, String... headers) {
    return mesh.explain(target, path, Metadata.of(headers), random);
  }

  /** The cluster of a call, said as Istio's subset or, without one, its host. */
  String goesTo(String target, String path, String... headers) {
    return destination(explain(target, path, 0, headers));
  }

  static String destination(Explanation call) {
    String[] parts = String.valueOf(call.cluster()).split("\\|", -1);
    return parts.length < 4 ? parts[0] : parts[2].isEmpty() ? parts[3] : parts[2];
  }

  /** The route by the same entrance and table as calls, for what an explanation does not say. */
  RouteChoice choice(Head head) {
    Entrance entrance = Entrance.of(snapshot, head.authority());
    assertNotNull(entrance, head.authority());
    Listener.HttpRoutes routes = (Listener.HttpRoutes) entrance.chain().action();
    RouteConfiguration table =
        routes.inline() != null
            ? routes.inline()
            : snapshot.routeConfigurations().get(routes.routeConfigurationName());
    return RouteTable.compile(table).route(head, 0);
  }

  /** A request. */
  record Head(String authority, String path, Metadata metadata) implements MetadataHead {
    /** Of the service that nearly every scenario has; headers are names and values in turn. */
    static Head of(String path, String... headers) {
      return new Head(ECHO + ":8080", path, Metadata.of(headers));
    }
  }

  @Override
  public void close() {
    mesh.close();
  }
}
