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
   * @throws IOException at once if the control plane cannot be reached or refuses the stream, or if
   *     it does not answer in time; says what stood in the way
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
            targets.forEach(target -> names.add(bootstrap.names().ofTarget(target)));
            client.demand(names);
            client.start();
          });
      Status ended = first.end.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended.isOk()) {
        throw failure(bootstrap, AdsClient.why(ended), null);
      }
      return loop.submit(
              () ->
                  new XdsDump(
                      verdicts(client.store(), client.latest(), bootstrap.names()),
                      client.latest()))
          .get();
    } catch (TimeoutException e) {
      Status last = first.last;
      String late = "it has not sent all within " + timeout.toMillis() / 1e3 + " s";
      throw failure(bootstrap, last == null ? late : late + ": " + AdsClient.why(last), e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      loop.execute(client::close);
      loop.shutdown();
    }
  }

  private static IOException failure(
      XdsBootstrap bootstrap, String why, @Nullable Throwable cause) {
    return new IOException(
        "control plane " + bootstrap.server() + " (as node " + bootstrap.nodeId() + "): " + why,
        cause);
  }

  private static List<XdsVerdict> verdicts(
      ResourceStore store, TrafficSnapshot snapshot, ListenerNames names) {
    List<XdsVerdict> verdicts = new ArrayList<>();
    for (ResourceType type : ResourceType.values()) {
      Map<String, String> refused = store.refused(type);
      for (Resource resource : store.all(type)) {
        String why = refused.get(resource.name());
        verdicts.add(
            why != null || isUsed(resource, snapshot, names)
                ? XdsVerdict.of(type, resource.name(), why, ignored(resource))
                : XdsVerdict.unused(type, resource.name()));
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

  private static boolean isUsed(Resource resource, TrafficSnapshot snapshot, ListenerNames names) {
    return switch (resource.type()) {
      case CLUSTER -> snapshot.clusters().containsKey(resource.name());
      case ENDPOINTS -> snapshot.endpoints().containsKey(resource.name());
      case LISTENER ->
          ((Resource.ListenerContent) resource.content()).inbound()
              || snapshot.listeners().containsKey(names.target(resource.name()));
      case ROUTES, NAMES -> true; // what nothing needs is not asked for
    };
  }

  private static List<String> ignored(Resource resource) {
    try {
      Any any =
          Any.newBuilder().setTypeUrl(resource.type().typeUrl()).setValue(resource.bytes()).build();
      @Nullable Class<? extends Message> message =
          switch (resource.type()) {
            case CLUSTER -> Cluster.class;
            case ENDPOINTS -> ClusterLoadAssignment.class;
            case LISTENER -> Listener.class;
            case ROUTES -> RouteConfiguration.class;
            case NAMES -> null;
          };
      return message == null ? List.of() : Ignored.of(any.unpack(message));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("it was read before", e);
    }
  }

  /** Ends with OK at the first snapshot, or with what ended the stream for good. */
  private static final class First implements AdsClient.Listener {
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private volatile @Nullable Status last;

    @Override
    public CompletionStage<Map<String, String>> onSnapshot(TrafficSnapshot newSnapshot) {
      end.complete(Status.OK);
      return CompletableFuture.completedFuture(Map.of());
    }

    @Override
    public void onTrouble(Status status, @Nullable Status ended) {
      last = ended == null ? last : ended;
      if (ended != null && !mayPass(ended)) {
        end.complete(ended);
      }
    }

    /** Whether a server is there that may be ready in a moment: an istiod that has just started. */
    private static boolean mayPass(Status ended) {
      return ended.origin() == Status.Origin.REMOTE
          && (ended.code() == Status.Code.UNAVAILABLE || ended.code() == Status.Code.UNKNOWN);
    }
  }
}
