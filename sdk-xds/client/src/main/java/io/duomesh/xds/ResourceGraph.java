package io.duomesh.xds;

import com.google.protobuf.InvalidProtocolBufferException;
import io.duomesh.xds.proto.envoy.config.core.v3.Node;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a control plane has said and what is asked of it, over all streams: takes their responses,
 * publishes snapshots, and ends the wait for what does not come. On the loop.
 */
final class ResourceGraph {
  private static final Logger LOG = LoggerFactory.getLogger(ResourceGraph.class);

  private final String server;
  private final Node node;
  private final ScheduledExecutorService loop;
  private final ResourceStore store;
  private final Subscriptions subscriptions;
  private final ResourceIntake intake;
  private final SnapshotAssembler assembler;
  private final SnapshotPublisher publisher;
  private final Expiries expiries;
  private final PerType<String> acceptedVersions = new PerType<>(() -> "");
  private String controlPlane = "";

  /**
   * A graph.
   *
   * @param cache where the last good configuration is kept; null for nowhere
   * @param answering whether there is a server that may still send what is missing
   */
  ResourceGraph(
      XdsBootstrap bootstrap,
      ScheduledExecutorService loop,
      AdsClient.Listener listener,
      @Nullable XdsCache cache,
      BooleanSupplier answering) {
    this.server = bootstrap.server();
    this.loop = loop;
    ListenerNames names = bootstrap.names();
    this.store = new ResourceStore(names);
    this.subscriptions = new Subscriptions(bootstrap.wildcard(), store);
    this.intake = new ResourceIntake(server, bootstrap.keepsDeleted(), store, subscriptions);
    this.assembler = new SnapshotAssembler(server, names, store, subscriptions);
    this.publisher =
        new SnapshotPublisher(server, loop, store, assembler, listener, cache, answering);
    this.expiries = new Expiries(loop, this::expired);
    try {
      this.node = Node.parseFrom(bootstrap.node());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("node: " + e.getMessage(), e);
    }
  }

  /** What is held. */
  ResourceStore store() {
    return store;
  }

  /** What is asked for. */
  Subscriptions subscriptions() {
    return subscriptions;
  }

  /** The snapshots that are made of it. */
  SnapshotAssembler assembler() {
    return assembler;
  }

  /** Who hands them out. */
  SnapshotPublisher publisher() {
    return publisher;
  }

  /** Who asks. */
  Node node() {
    return node;
  }

  /** The version last accepted of each type, by the state-of-the-world protocol. */
  PerType<String> acceptedVersions() {
    return acceptedVersions;
  }

  /** What the server calls itself; empty where it has not said. */
  String controlPlane() {
    return controlPlane;
  }

  /** The server calls itself something; may be empty. */
  void controlPlane(String identifier) {
    if (!identifier.isEmpty() && !identifier.equals(controlPlane)) {
      LOG.debug("{} calls itself {}", server, identifier);
      controlPlane = identifier;
    }
  }

  /** Applies a response; completes on the loop with why it is refused, or null. */
  CompletionStage<@Nullable String> apply(Update update) {
    String contradiction = update.contradiction();
    if (contradiction != null) {
      return CompletableFuture.completedFuture(contradiction);
    }
    publisher.hear();
    Map<String, String> refused = intake.take(update);
    expiries.renew(update, store);
    sweepLater(update.type());
    return publisher.publish(update).thenApply(errors -> update.refusal(refused, errors));
  }

  private void expired(ResourceType type, String name) {
    if (store.get(type, name) != null) {
      LOG.warn(
          "{} {} has expired: {} has not named it within its time to live", type, name, server);
      intake.expire(type, name);
      publisher.publish(false);
    }
  }

  /** What came from the disk goes when the server, asked for everything, has not named it. */
  private void sweepLater(ResourceType type) {
    if (store.hasStale(type)) {
      later(
          () -> {
            intake.dropStale(type);
            publisher.publish(false);
          });
    }
  }

  /** A stream has asked for names: those that do not come while it is open do not exist. */
  void asked(AdsStream stream, ResourceType type, Set<String> names) {
    giveUpLater(stream, type, List.copyOf(names));
  }

  private void giveUpLater(AdsStream stream, ResourceType type, List<String> names) {
    later(
        () -> {
          if (stream.isOpen()) {
            giveUp(type, names);
          } else if (!stream.hasEnded()) {
            giveUpLater(stream, type, names);
          }
        });
  }

  private void giveUp(ResourceType type, List<String> names) {
    boolean any = false;
    for (String name : names) {
      if (store.get(type, name) == null && !subscriptions.isSettled(type, name)) {
        subscriptions.settle(type, name);
        any = true;
      }
    }
    if (any) {
      publisher.publish(false);
    }
  }

  private void later(Runnable task) {
    loop.schedule(task, AdsClient.FETCH_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }
}
