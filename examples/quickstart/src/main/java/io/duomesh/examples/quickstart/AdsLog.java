package io.duomesh.examples.quickstart;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Follows the ADS streams: what was sent, what was acknowledged and what was refused.
 *
 * <p>java-control-plane answers the refusal of a resource that is asked for by name with the same
 * resource, at once and for ever; so what it gets to see of a refusal is an acknowledgement.
 */
final class AdsLog implements ServerInterceptor {
  private final Set<Refusal> refusals = new LinkedHashSet<>();
  private final Map<String, Set<String>> awaited = new ConcurrentHashMap<>();
  private volatile long responses;

  /** What was refused so far, the file's own refusals first. */
  synchronized List<Refusal> refusals() {
    return new ArrayList<>(refusals);
  }

  synchronized void add(Refusal refusal) {
    refusals.add(refusal);
  }

  /** Whether a node was answered and has acknowledged or refused all that was sent to it. */
  boolean isSettled(String node) {
    Set<String> nonces = awaited.get(node);
    return nonces != null && nonces.isEmpty();
  }

  /** How many responses were sent, to all nodes. */
  long responses() {
    return responses;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Stream stream = new Stream();
    ServerCall<Q, R> observed =
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void sendMessage(R message) {
            if (message instanceof DeltaDiscoveryResponse response) {
              stream.sent(response);
            }
            super.sendMessage(message);
          }
        };
    return new SimpleForwardingServerCallListener<>(next.startCall(observed, headers)) {
      @Override
      @SuppressWarnings("unchecked") // the same message without a field
      public void onMessage(Q message) {
        super.onMessage(
            message instanceof DeltaDiscoveryRequest request
                ? (Q) stream.received(request)
                : message);
      }
    };
  }

  /** One stream; a node says its name in its first request. */
  private final class Stream {
    private volatile String node = "?";

    void sent(DeltaDiscoveryResponse response) {
      awaited.computeIfAbsent(node, n -> ConcurrentHashMap.newKeySet()).add(response.getNonce());
      synchronized (AdsLog.this) {
        responses++;
      }
    }

    DeltaDiscoveryRequest received(DeltaDiscoveryRequest request) {
      if (!request.getNode().getId().isEmpty()) {
        node = request.getNode().getId();
      }
      if (request.hasErrorDetail()) {
        String url = request.getTypeUrl();
        add(
            new Refusal(
                "node " + node,
                url.substring(url.lastIndexOf('.') + 1),
                request.getErrorDetail().getMessage().strip().replaceAll("\\s+", " ")));
      }
      Set<String> nonces = awaited.get(node);
      if (nonces != null) {
        nonces.remove(request.getResponseNonce());
      }
      return request.toBuilder().clearErrorDetail().build();
    }
  }
}
