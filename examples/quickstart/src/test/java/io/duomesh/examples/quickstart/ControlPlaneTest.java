package io.duomesh.examples.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control plane of the examples, asked by state of the world. */
class ControlPlaneTest {
  private static final String CLUSTER = "type.googleapis.com/envoy.config.cluster.v3.Cluster";

  @TempDir Path directory;

  private final BlockingQueue<DiscoveryResponse> answers = new LinkedBlockingQueue<>();

  private Mesh mesh(String cluster) throws IOException {
    String yaml = "- {\"@type\": %s, name: %s}".formatted(CLUSTER, cluster);
    return MeshFile.readAsIs(Files.writeString(directory.resolve("mesh.yaml"), yaml)).mesh();
  }

  @Test
  void aResourceThatWasAwayComesBackOnTheSameStream() throws Exception {
    try (ControlPlane controlPlane = ControlPlane.start(mesh("orders"))) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", controlPlane.port()).usePlaintext().build();
      try {
        StreamObserver<DiscoveryRequest> requests =
            AggregatedDiscoveryServiceGrpc.newStub(channel).streamAggregatedResources(keep());
        requests.onNext(request("", ""));
        acknowledge(requests, 1);
        controlPlane.push(mesh("elsewhere"));
        acknowledge(requests, 0);
        controlPlane.push(mesh("orders"));
        acknowledge(requests, 1);
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private void acknowledge(StreamObserver<DiscoveryRequest> requests, int resources)
      throws InterruptedException {
    DiscoveryResponse answer = answers.poll(20, TimeUnit.SECONDS);
    assertNotNull(answer, "no answer");
    assertEquals(resources, answer.getResourcesCount());
    requests.onNext(request(answer.getVersionInfo(), answer.getNonce()));
  }

  private static DiscoveryRequest request(String version, String nonce) {
    return DiscoveryRequest.newBuilder()
        .setTypeUrl(CLUSTER)
        .addResourceNames("orders")
        .setVersionInfo(version)
        .setResponseNonce(nonce)
        .build();
  }

  private StreamObserver<DiscoveryResponse> keep() {
    return new StreamObserver<>() {
      @Override
      public void onNext(DiscoveryResponse response) {
        answers.add(response);
      }

      @Override
      public void onError(Throwable thrown) {}

      @Override
      public void onCompleted() {}
    };
  }
}
