package io.duomesh.xds;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.duomesh.Channel;
import io.duomesh.Status;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.xds.proto.envoy.config.cluster.v3.Cluster;
import io.duomesh.xds.proto.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.duomesh.xds.proto.envoy.config.listener.v3.Listener;
import io.duomesh.xds.proto.envoy.config.route.v3.RouteConfiguration;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a control plane says to a node, looked at once: each resource with its verdict, and the
 * configuration they make.
 *
 * @param resources every resource received, by type
 * @param snapshot the configuration of those that are in use
 */
public record XdsDump(List<XdsVerdict> resources, TrafficSnapshot snapshot) {

  /** Copies the list. */
  public XdsDump {
    resources = List.copyOf(resources);
  }

  /**
   * Asks a control plane and waits until what it says is complete. Blocks.
   *
   * @param channel to the control plane
   * @param targets whose listeners to ask for, where the bootstrap asks by name
   * @param timeout for all of it
   * @throws IOException if the control plane does not answer in time, saying what stood in the way
   */
  public static XdsDump read(
      XdsBootstrap bootstrap, Channel channel, Set<String> targets, Duration timeout)
      throws IOException, InterruptedException {
    ScheduledExecutorService loop =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "duomesh-xds-dump");
              thread.setDaemon(true);
              return thread;
            });
    First first = new First();
    AdsClient client =
        new AdsClient(bootstrap, loop, new SplittableRandom(), () -> channel, first, null);
    try {
      loop.execute(
          () -> {
            Set<String> names = new LinkedHashSet<>();
            targets.forEach(target -> names.add(bootstrap.listenerName(target)));
            client.demand(names);
            client.start();
          });
      first.snapshot.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return loop.submit(
              () -> new XdsDump(verdicts(client.assembler().store()), client.assembler().latest()))
          .get();
    } catch (TimeoutException e) {
      Status trouble = first.trouble.get();
      throw new IOException(
          trouble != null
              ? trouble.message()
              : bootstrap.server()
                  + " (as node "
                  + bootstrap.nodeId()
                  + ") has not sent all within "
                  + timeout.toSeconds()
                  + " s",
          e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      loop.execute(client::close);
      loop.shutdown();
    }
  }

  private static List<XdsVerdict> verdicts(ResourceStore store) {
    List<XdsVerdict> verdicts = new ArrayList<>();
    for (ResourceType type : ResourceType.values()) {
      Map<String, String> refused = store.refused(type);
      for (Resource resource : store.all(type)) {
        verdicts.add(
            XdsVerdict.of(type, resource.name(), refused.get(resource.name()), ignored(resource)));
      }
      refused.forEach(
          (name, why) -> {
            if (store.get(type, name) == null) {
              verdicts.add(XdsVerdict.of(type, name, why, List.of()));
            }
          });
    }
    return verdicts;
  }

  private static List<String> ignored(Resource resource) {
    try {
      Any any =
          Any.newBuilder().setTypeUrl(resource.type().typeUrl()).setValue(resource.bytes()).build();
      Class<? extends Message> message =
          switch (resource.type()) {
            case CLUSTER -> Cluster.class;
            case ENDPOINTS -> ClusterLoadAssignment.class;
            case LISTENER -> Listener.class;
            case ROUTES -> RouteConfiguration.class;
          };
      return Ignored.of(any.unpack(message));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("it was read before", e);
    }
  }

  private static final class First implements AdsClient.Listener {
    private final CompletableFuture<TrafficSnapshot> snapshot = new CompletableFuture<>();
    private final AtomicReference<@Nullable Status> trouble = new AtomicReference<>();

    @Override
    public CompletionStage<Map<String, String>> onSnapshot(TrafficSnapshot newSnapshot) {
      snapshot.complete(newSnapshot);
      return CompletableFuture.completedFuture(Map.of());
    }

    @Override
    public void onTrouble(Status status) {
      trouble.set(status);
    }
  }
}
