package io.duomesh.runtime.attempt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.CallOptions;
import io.duomesh.ClientCall;
import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.ServiceName;
import io.duomesh.Settings;
import io.duomesh.Status;
import io.duomesh.runtime.cluster.ClusterContext;
import io.duomesh.runtime.cluster.ClusterHandle;
import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.Transports;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A call of a plan ends by its listener, whatever the plan's cluster does. */
class RoutePlanTest {
  private final ScheduledExecutorService control = Executors.newSingleThreadScheduledExecutor();
  private final Transports transports = new Transports(TransportOptions.of(Settings.of(Map.of())));
  private final List<Status> ends = new ArrayList<>();

  /** A policy that no balancer reads. */
  private record Unread() implements LbPolicy {}

  @AfterEach
  void close() {
    transports.close();
    control.shutdownNow();
  }

  @ParameterizedTest
  @EnumSource(MethodDescriptor.Type.class)
  void clusterWithoutBalancerIsInternal(MethodDescriptor.Type type) {
    ClusterHandle cluster =
        new ClusterHandle(
            ClusterSpec.of("tea", "inproc", new Unread()),
            "inproc",
            ClusterEndpoints.of("tea", List.of(Endpoint.of("tea", 0))),
            new ClusterContext(transports, control));
    MethodDescriptor method =
        MethodDescriptor.of(ServiceName.of("Tea"), "brew", type, new PayloadShape.Bytes());
    ClientCall call =
        RoutePlan.direct("tea", cluster)
            .newCall(
                Invocation.of(method, "tea", Metadata.EMPTY, CallOptions.DEFAULT, Deadline.NONE));
    call.start(
        new ClientCall.Listener() {
          @Override
          public void onMessage(@Nullable Object message) {}

          @Override
          public void onClose(Status status, Metadata trailers) {
            ends.add(status);
          }
        });
    call.send(new byte[0]);
    assertEquals(1, ends.size(), ends::toString);
    assertEquals(Status.Code.INTERNAL, ends.get(0).code());
    String message = ends.get(0).message();
    assertTrue(message.startsWith("Tea/brew at tea: no endpoint was chosen"), message);
    assertEquals(0, cluster.active());
  }
}
