package io.duomesh.xds;

import com.google.protobuf.Any;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.duomesh.MethodDescriptor;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DiscoveryRequest;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DiscoveryResponse;
import io.duomesh.xds.proto.envoy.service.discovery.v3.Resource;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A stream of the state-of-the-world protocol ({@code StreamAggregatedResources}). */
final class SotwStream extends AdsStream {
  private static final Logger LOG = LoggerFactory.getLogger(SotwStream.class);
  private static final MethodDescriptor METHOD =
      method("StreamAggregatedResources", DiscoveryRequest.class, DiscoveryResponse.class);
  private static final String WRAPPER = "type.googleapis.com/envoy.service.discovery.v3.Resource";

  // Field 1, length-delimited.
  private static final int NAME_TAG = 1 << 3 | 2;

  private final PerType<String> accepted;
  private final PerType<Set<String>> sent = new PerType<>(HashSet::new);
  private final PerType<String> nonces = new PerType<>(() -> "");

  SotwStream(ResourceGraph graph, Owner owner, ScheduledExecutorService loop) {
    super(graph, owner, loop);
    this.accepted = graph.acceptedVersions();
  }

  @Override
  MethodDescriptor method() {
    return METHOD;
  }

  @Override
  void sync(ResourceType type) {
    Set<String> wanted = graph.subscriptions().wanted(type);
    Set<String> already = sent.get(type);
    Set<String> again = graph.subscriptions().takeForgotten(type);
    again.retainAll(wanted);
    again.retainAll(already);
    if (!again.isEmpty()) {
      // Dropped and wanted again: only names that are new to it are sent by the server.
      already.removeAll(again);
      if (!already.isEmpty()) {
        send(request(type).build()); // no names at all would ask for everything
      }
    }
    if (wanted.equals(already)) {
      return;
    }
    Set<String> added = new LinkedHashSet<>(wanted);
    added.removeAll(already);
    already.clear();
    already.addAll(wanted);
    send(request(type).build());
    if (wanted.isEmpty()) {
      accepted.set(type, ""); // what is wanted again must be sent again
    }
    if (!added.isEmpty()) {
      graph.asked(this, type, added);
    }
  }

  @Override
  void handle(Object message) {
    DiscoveryResponse response = (DiscoveryResponse) message;
    ResourceType type = ResourceType.of(response.getTypeUrl());
    if (type == null) {
      ignore(response.getTypeUrl());
      next();
      return;
    }
    nonces.set(type, response.getNonce());
    if (sent.get(type).isEmpty()) {
      next(); // no names: a server that takes that for everything is not told that all was taken
      return;
    }
    Incoming incoming = new Incoming(type, graph.subscriptions().wanted(type));
    for (Any any : response.getResourcesList()) {
      add(incoming, type, any, response.getVersionInfo());
    }
    incoming.fail(response.getResourceErrorsList());
    graph.controlPlane(response.getControlPlane().getIdentifier());
    applyAndAnswer(
        incoming.update(type.complete()),
        reason -> {
          // A late refusal must not stand for a newer response.
          if (nonces.get(type).equals(response.getNonce()) && !sent.get(type).isEmpty()) {
            answer(type, response, reason);
          }
        });
  }

  private void answer(ResourceType type, DiscoveryResponse response, @Nullable String refusal) {
    if (refusal == null) {
      accepted.set(type, response.getVersionInfo());
      send(request(type).build());
    } else {
      send(request(type).setErrorDetail(error(refusal)).build());
    }
  }

  private DiscoveryRequest.Builder request(ResourceType type) {
    DiscoveryRequest.Builder request =
        DiscoveryRequest.newBuilder()
            .setNode(graph.node())
            .setTypeUrl(type.typeUrl())
            .setVersionInfo(accepted.get(type))
            .setResponseNonce(nonces.get(type));
    Set<String> names = sent.get(type);
    // No names at all is how this protocol asks for everything.
    return names.contains(Subscriptions.ALL) ? request : request.addAllResourceNames(names);
  }

  private static void add(Incoming incoming, ResourceType type, Any any, String version) {
    if (!any.getTypeUrl().equals(WRAPPER)) {
      incoming.add(name(type, any), any, version);
      return;
    }
    try {
      Resource resource = Resource.parseFrom(any.getValue());
      String name =
          resource.getName().isEmpty() ? name(type, resource.getResource()) : resource.getName();
      incoming.add(resource, name, version);
    } catch (InvalidProtocolBufferException e) {
      incoming.add("", any, version);
    }
  }

  /**
   * The name of a resource: where it has one, a string in field 1. Unreadable ones are refused
   * later.
   */
  private static String name(ResourceType type, Any any) {
    if (type.nameField().isEmpty()) {
      return "";
    }
    try {
      CodedInputStream in = any.getValue().newCodedInput();
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag == NAME_TAG) {
          return in.readStringRequireUtf8();
        }
        in.skipField(tag);
      }
    } catch (IOException e) {
      LOG.debug("A {} cannot be read", type, e);
    }
    return "";
  }
}
