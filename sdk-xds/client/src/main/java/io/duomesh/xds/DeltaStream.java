package io.duomesh.xds;

import io.duomesh.MethodDescriptor;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.duomesh.xds.proto.envoy.service.discovery.v3.Resource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A stream of the incremental protocol ({@code DeltaAggregatedResources}). */
final class DeltaStream extends AdsStream {
  private static final MethodDescriptor METHOD =
      method("DeltaAggregatedResources", DeltaDiscoveryRequest.class, DeltaDiscoveryResponse.class);
  // Time in which the rest of a first full answer may follow.
  private static final long SWEEP_SECONDS = 2;
  // istiod forgets a name that it has answered with "removed".
  private static final long ASK_AGAIN_SECONDS = 30;

  private final PerType<Set<String>> sent = new PerType<>(HashSet::new);
  private final PerType<Set<String>> synced = new PerType<>(Set::of);
  private final PerType<Set<String>> askingAgain = new PerType<>(HashSet::new);
  private final PerType<Boolean> asked = new PerType<>(() -> false);
  private final PerType<Map<String, String>> unconfirmed = new PerType<>(HashMap::new);

  DeltaStream(ResourceGraph graph, Owner owner, ScheduledExecutorService loop) {
    super(graph, owner, loop);
  }

  @Override
  MethodDescriptor method() {
    return METHOD;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // a set that changes is replaced
  void sync(ResourceType type) {
    Set<String> wanted = graph.subscriptions().wanted(type);
    Set<String> again = graph.subscriptions().takeForgotten(type);
    if (wanted == synced.get(type) && again.isEmpty()) {
      return; // the very set as last time: nothing that grows with its size
    }
    synced.set(type, wanted);
    Set<String> already = sent.get(type);
    Set<String> subscribe = new LinkedHashSet<>(wanted);
    subscribe.removeAll(already);
    Set<String> unsubscribe = new LinkedHashSet<>(already);
    unsubscribe.removeAll(wanted);
    // Dropped and wanted again since the last request: the server must send them anew.
    again.retainAll(wanted);
    again.retainAll(already);
    subscribe.addAll(again);
    if (subscribe.isEmpty() && unsubscribe.isEmpty()) {
      return;
    }
    DeltaDiscoveryRequest.Builder request =
        request(type)
            .addAllResourceNamesSubscribe(subscribe)
            .addAllResourceNamesUnsubscribe(unsubscribe);
    if (!asked.get(type)) {
      asked.set(type, true);
      Map<String, String> versions = graph.store().versions(type);
      request.putAllInitialResourceVersions(versions);
      unconfirmed.get(type).putAll(versions);
    }
    already.clear();
    already.addAll(wanted);
    send(request.build());
    if (!subscribe.isEmpty()) {
      graph.asked(this, type, subscribe);
    }
  }

  @Override
  void handle(Object message) {
    DeltaDiscoveryResponse response = (DeltaDiscoveryResponse) message;
    ResourceType type = ResourceType.of(response.getTypeUrl());
    if (type == null) {
      ignore(response.getTypeUrl());
      answer(response, null);
      next();
      return;
    }
    Incoming incoming = new Incoming(type, graph.subscriptions().wanted(type));
    for (Resource resource : response.getResourcesList()) {
      incoming.add(resource, resource.getName(), resource.getVersion());
    }
    incoming.remove(response.getRemovedResourcesList());
    incoming.fail(response.getResourceErrorsList());
    graph.controlPlane(response.getControlPlane().getIdentifier());
    boolean first = !unconfirmed.get(type).isEmpty();
    boolean repeated = first && confirm(type, response);
    for (String name : response.getRemovedResourcesList()) {
      askAgain(type, name);
    }
    applyAndAnswer(incoming.update(false), reason -> answer(response, reason));
    if (repeated) {
      loop.schedule(() -> sweep(type), SWEEP_SECONDS, TimeUnit.SECONDS);
    }
  }

  /**
   * Strikes off what a response mentions of the resources held from an earlier stream.
   *
   * @return whether the server repeats what it was told we have: it will not say what is gone
   */
  private boolean confirm(ResourceType type, DeltaDiscoveryResponse response) {
    Map<String, String> left = unconfirmed.get(type);
    boolean repeated = false;
    for (Resource resource : response.getResourcesList()) {
      String version = left.remove(resource.getName());
      repeated |= version != null && !version.isEmpty() && version.equals(resource.getVersion());
    }
    response.getRemovedResourcesList().forEach(left::remove);
    return repeated && graph.subscriptions().wanted(type).contains(Subscriptions.ALL);
  }

  private void sweep(ResourceType type) {
    Set<String> gone = Set.copyOf(unconfirmed.get(type).keySet());
    unconfirmed.get(type).clear();
    if (!hasEnded() && !gone.isEmpty()) {
      graph.apply(new Update(type, List.of(), gone, false));
    }
  }

  private void askAgain(ResourceType type, String name) {
    if (sent.get(type).contains(name) && askingAgain.get(type).add(name)) {
      loop.schedule(
          () -> {
            askingAgain.get(type).remove(name);
            if (!hasEnded()
                && graph.subscriptions().wanted(type).contains(name)
                && !graph.store().versions(type).containsKey(name)) {
              sent.get(type).remove(name);
              synced.set(type, Set.of());
              sync(type);
            }
          },
          ASK_AGAIN_SECONDS,
          TimeUnit.SECONDS);
    }
  }

  private void answer(DeltaDiscoveryResponse response, @Nullable String refusal) {
    DeltaDiscoveryRequest.Builder request =
        DeltaDiscoveryRequest.newBuilder()
            .setNode(graph.node())
            .setTypeUrl(response.getTypeUrl())
            .setResponseNonce(response.getNonce());
    if (refusal != null) {
      request.setErrorDetail(error(refusal));
    }
    send(request.build());
  }

  private DeltaDiscoveryRequest.Builder request(ResourceType type) {
    return DeltaDiscoveryRequest.newBuilder().setNode(graph.node()).setTypeUrl(type.typeUrl());
  }
}
