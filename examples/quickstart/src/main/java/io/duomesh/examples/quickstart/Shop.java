package io.duomesh.examples.quickstart;

import io.duomesh.Duomesh;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that runs: the control plane, the instances, the client. Used by one thread; the calls
 * it makes come from many.
 */
final class Shop implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String NODE = "sidecar~127.0.0.1~shop-front.shop~shop.svc.cluster.local";

  private final ControlPlane controlPlane;
  private final Map<Instance, OrderServer> servers = new LinkedHashMap<>();
  private final Duomesh client;
  private Mesh mesh;

  private Shop(Mesh mesh, ControlPlane controlPlane) {
    this.mesh = mesh;
    this.controlPlane = controlPlane;
    this.client =
        Duomesh.builder()
            .application("shop-front")
            .set("duomesh.xds.server", controlPlane.address())
            // What an earlier run left behind is of no use to this one.
            .set("duomesh.xds.cache-dir", "off")
            // By its node id a client is known to a control plane: this one as a sidecar would be.
            .set("duomesh.xds.node.id", NODE)
            .build();
  }

  /** Starts all of it; the client has its configuration when this returns. */
  static Shop open(MeshFile file) throws IOException {
    Shop shop = new Shop(file.mesh(), ControlPlane.start(file.mesh()));
    try {
      file.unreadable().forEach(shop.controlPlane.log()::add);
      for (Instance instance : file.mesh().instances()) {
        shop.start(instance);
      }
      shop.client.start();
      shop.awaitAcknowledged();
      return shop;
    } catch (RuntimeException e) {
      shop.close();
      throw e;
    }
  }

  Mesh mesh() {
    return mesh;
  }

  ControlPlane controlPlane() {
    return controlPlane;
  }

  Duomesh client() {
    return client;
  }

  /** The service behind a target. */
  OrderService orders(String target) {
    return client.client(OrderService.class, target);
  }

  /** A route of the mesh as it is now. */
  MeshRoute route(String host, String route) {
    MeshRoute found = find(host, route);
    for (ResourceName needed : found.needs()) {
      for (Refusal refusal : controlPlane.log().refusals()) {
        StepFailed.unless(
            !refusal.concerns(needed), "it needs " + needed + ", which was refused (see above)");
      }
    }
    return found;
  }

  private MeshRoute find(String host, String route) {
    try {
      return MeshRoute.find(mesh, host, route);
    } catch (StepFailed e) {
      boolean unread =
          controlPlane.log().refusals().stream()
              .anyMatch(refusal -> refusal.type().equals("RouteConfiguration"));
      throw unread
          ? new StepFailed(e.getMessage() + "; a RouteConfiguration was refused (see above)")
          : e;
    }
  }

  /** Changes the mesh, and returns when the client routes by the change. */
  void push(Mesh changed) {
    String before = client.state().snapshotVersion();
    mesh = changed;
    controlPlane.push(changed);
    awaitAcknowledged();
    Wait.until(
        PATIENCE,
        () -> !client.state().snapshotVersion().equals(before),
        () -> "the client acknowledged the change and does not route by it");
  }

  /**
   * Takes what was refused out of the mesh: a client of ours leaves a bad resource out alone, Envoy
   * leaves out all that came with it. Whether there was something to take out.
   */
  boolean withdrawRefused() {
    List<Refusal> refusals = controlPlane.log().refusals();
    Mesh rest = mesh.without(name -> refusals.stream().anyMatch(r -> r.concerns(name)));
    if (rest.equals(mesh)) {
      return false;
    }
    mesh = rest;
    controlPlane.push(rest);
    awaitAcknowledged();
    return true;
  }

  /** An instance that cannot be started is left out: calls to it will fail. */
  private void start(Instance instance) {
    try {
      servers.put(instance, OrderServer.start(instance));
    } catch (RuntimeException e) {
      controlPlane
          .log()
          .add(new Refusal("this machine", "instance", instance + ": " + e.getMessage()));
    }
  }

  /** Stops an instance as its operator would: calls in progress end first. */
  void stop(Instance instance) {
    StepFailed.unlessThere(servers.remove(instance), instance + " does not run").close();
  }

  private void awaitAcknowledged() {
    Wait.until(
        PATIENCE,
        () -> controlPlane.log().isSettled(NODE),
        () -> "the client did not acknowledge what the control plane sent: " + client.state());
  }

  @Override
  public void close() {
    client.close();
    servers.values().forEach(OrderServer::close);
    controlPlane.close();
  }
}
