package io.duomesh.xds;

import com.google.protobuf.InvalidProtocolBufferException;
import io.duomesh.Channel;
import io.duomesh.Metadata;
import io.duomesh.Status;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.xds.proto.envoy.config.core.v3.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one ADS stream to a control plane, follows the references in what it says, and emits
 * snapshots. What was emitted stays in force whatever becomes of the stream. Everything happens on
 * the loop, a single thread; {@code start}, {@code close} and {@code demand} are called on it too.
 */
@SuppressWarnings("ReferenceEquality") // streams are known by identity
final class AdsClient implements AdsStream.Client {
  /**
   * Time after which a resource that was asked for is taken not to exist, and a snapshot goes
   * without.
   */
  static final Duration FETCH_TIMEOUT = Duration.ofSeconds(15);

  private static final Logger LOG = LoggerFactory.getLogger(AdsClient.class);

  /** Who receives what the client emits; called on the loop. */
  interface Listener {
    /** A new snapshot; the stage gives why resources cannot be used, by {@code type/name}. */
    CompletionStage<Map<String, String>> onSnapshot(TrafficSnapshot snapshot);

    /** The control plane cannot be reached or says nothing. */
    void onTrouble(Status status);
  }

  private final XdsBootstrap bootstrap;
  private final Node node;
  private final ScheduledExecutorService loop;
  private final Supplier<Channel> channels;
  private final Listener listener;
  private final @Nullable XdsCache cache;
  private final BackOff backOff;
  private final SnapshotAssembler assembler;
  private final Expiries expiries;
  private final PerType<String> acceptedVersions = new PerType<>(() -> "");
  private boolean incremental;
  private @Nullable AdsStream stream;
  private @Nullable ScheduledFuture<?> closure;
  private boolean closed;
  private String controlPlane = "";

  /** Whether anything has come, from the control plane or from the disk. */
  private boolean heard;

  /** Whether the control plane has ever taken a stream. */
  private boolean reached;

  private boolean emitted;

  /**
   * A client.
   *
   * @param channels gives the channel to the control plane, anew for each stream
   * @param cache where the last good configuration is kept; null for nowhere
   */
  AdsClient(
      XdsBootstrap bootstrap,
      ScheduledExecutorService loop,
      RandomGenerator random,
      Supplier<Channel> channels,
      Listener listener,
      @Nullable XdsCache cache) {
    this.bootstrap = bootstrap;
    this.loop = loop;
    this.channels = channels;
    this.listener = listener;
    this.cache = cache;
    this.backOff = new BackOff(random);
    this.assembler =
        new SnapshotAssembler(
            bootstrap.wildcard(), bootstrap.server(), bootstrap::target, bootstrap.keepsDeleted());
    this.expiries = new Expiries(loop, this::expired);
    this.incremental = bootstrap.incremental();
    try {
      this.node = Node.parseFrom(bootstrap.node());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("node: " + e.getMessage(), e);
    }
  }

  void start() {
    connect();
  }

  /** Where nothing is wanted, to have reached the server is all there is to wait for. */
  @Override
  public void opened(AdsStream opened) {
    if (opened == stream && !closed && !reached) {
      reached = true;
      publish(false);
    }
  }

  void close() {
    closed = true;
    if (stream != null) {
      stream.cancel("the source is closed");
    }
  }

  /** Drops the stream and opens another at once: the channel is about to go. */
  void reconnect() {
    if (stream != null) {
      stream.cancel("another channel takes over");
      connect();
    }
  }

  /** The targets wanted, where listeners are asked for by name. */
  void demand(Set<String> listeners) {
    assembler.want(listeners);
    publish(false);
    if (stream != null) {
      stream.syncAll();
    }
  }

  SnapshotAssembler assembler() {
    return assembler;
  }

  private void connect() {
    if (closed) {
      return;
    }
    assembler.unsettle();
    AdsStream next =
        incremental ? new DeltaStream(this, loop) : new SotwStream(this, loop, acceptedVersions);
    stream = next;
    backOff.connecting();
    try {
      next.start(channels.get(), bootstrap.server(), token());
    } catch (IOException | RuntimeException e) {
      next.cancel("could not start");
      ended(next, Status.application(e));
    }
    loop.schedule(() -> complainIfSilent(next), FETCH_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Metadata token() throws IOException {
    return bootstrap.tokenFile() == null
        ? Metadata.EMPTY
        : Metadata.of("authorization", "Bearer " + Files.readString(bootstrap.tokenFile()).strip());
  }

  @Override
  public void ended(AdsStream ended, Status status) {
    if (ended != stream || closed) {
      return;
    }
    stream = null;
    watchClosure();
    if (incremental && !ended.responded() && status.code() == Status.Code.UNIMPLEMENTED) {
      LOG.info(
          "{} speaks no incremental protocol; going on with state of the world",
          bootstrap.server());
      incremental = false;
    }
    Duration wait = backOff.next(ended.responded());
    if (ended.responded()) {
      LOG.debug("Stream of {} ended: {}; again in {}", bootstrap.server(), status, wait);
    } else {
      trouble(status.message().isEmpty() ? status.code().name() : status.message(), wait);
    }
    loop.schedule(this::connect, wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void complainIfSilent(AdsStream asked) {
    if (asked == stream && !asked.responded() && !assembler.waitingFor().isEmpty() && !closed) {
      trouble("it has not answered for " + FETCH_TIMEOUT.toSeconds() + " s", Duration.ZERO);
    }
  }

  private void trouble(String what, Duration wait) {
    if (!heard && cache != null && cache.load(assembler.store())) {
      heard = true;
      publish(true);
    }
    String message =
        "control plane "
            + bootstrap.server()
            + (controlPlane.isEmpty() ? "" : " (" + controlPlane + ")")
            + " (as node "
            + bootstrap.nodeId()
            + "): "
            + what
            + "; trying for "
            + backOff.trying().toSeconds()
            + " s"
            + (wait.isZero() ? "" : ", again in " + Math.max(1, wait.toSeconds()) + " s")
            + (heard
                ? "; the configuration received before stays in force"
                : "; there is no configuration yet");
    LOG.debug("{}", message);
    listener.onTrouble(Status.local(Status.Code.UNAVAILABLE, message));
  }

  @Override
  public CompletionStage<@Nullable String> apply(Update update) {
    if (backOff.recovered()) {
      LOG.info("{} answers", bootstrap.server());
    }
    String contradiction = update.contradiction();
    if (contradiction != null) {
      return CompletableFuture.completedFuture(contradiction);
    }
    heard = true;
    expiries.renew(update);
    Map<String, String> refused = assembler.take(update);
    scheduleSweep(update.type());
    TrafficSnapshot before = assembler.latest();
    TrafficSnapshot quick = assembler.assembleEndpoints(update);
    return (quick == null ? publish(false) : emit(quick, before))
        .thenApply(
            errors -> {
              Map<String, String> all = new HashMap<>(refused);
              for (Update.Item item : update.items()) {
                errors.forEach(
                    (key, why) -> {
                      if (key.substring(key.indexOf('/') + 1).equals(item.name())) {
                        all.put(item.name(), why);
                      }
                    });
              }
              return all.isEmpty() ? null : reasons(update.type(), all);
            });
  }

  private void expired(ResourceType type, String name) {
    if (assembler.store().get(type, name) != null && !closed) {
      LOG.warn(
          "{} {} has expired: {} has not named it within its time to live",
          type,
          name,
          bootstrap.server());
      assembler.expire(type, name);
      publish(false);
    }
  }

  private static String reasons(ResourceType type, Map<String, String> refused) {
    StringBuilder text = new StringBuilder();
    refused.forEach(
        (name, why) ->
            text.append(text.isEmpty() ? "" : "; ")
                .append(type)
                .append(' ')
                .append(name)
                .append(": ")
                .append(why));
    return text.toString();
  }

  /** What came from the disk goes when the server, asked for everything, has not named it. */
  private void scheduleSweep(ResourceType type) {
    boolean any = assembler.store().all(type).stream().anyMatch(Resource::stale);
    if (any) {
      loop.schedule(
          () -> {
            assembler.dropStale(type);
            publish(false);
          },
          FETCH_TIMEOUT.toMillis(),
          TimeUnit.MILLISECONDS);
    }
  }

  private CompletionStage<Map<String, String>> publish(boolean force) {
    TrafficSnapshot before = emitted ? assembler.latest() : null;
    TrafficSnapshot next = assembler.assemble(force);
    watchClosure();
    return next == null || !(reached || heard)
        ? CompletableFuture.completedFuture(Map.of())
        : emit(next, before);
  }

  private CompletionStage<Map<String, String>> emit(
      TrafficSnapshot next, @Nullable TrafficSnapshot before) {
    if (next.equals(before)) {
      return CompletableFuture.completedFuture(Map.of());
    }
    emitted = true;
    if (cache != null && heard) { // else it would lose what an earlier process has kept
      cache.saveSoon(assembler.store(), loop);
    }
    return listener
        .onSnapshot(next)
        .thenApplyAsync(
            errors -> {
              errors.forEach((resource, why) -> LOG.warn("Cannot use {}: {}", resource, why));
              return errors;
            },
            loop);
  }

  private void watchClosure() {
    boolean waiting = !assembler.waitingFor().isEmpty() && stream != null && stream.responded();
    if (!waiting && closure != null) {
      closure.cancel(false);
      closure = null;
    } else if (waiting && closure == null) {
      closure =
          loop.schedule(
              () -> {
                closure = null;
                LOG.warn(
                    "{} has not sent {}; going on without",
                    bootstrap.server(),
                    assembler.waitingFor());
                publish(true);
              },
              FETCH_TIMEOUT.toMillis(),
              TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public Node node() {
    return node;
  }

  @Override
  public Set<String> wanted(ResourceType type) {
    return assembler.wanted(type);
  }

  @Override
  public Set<String> forgotten(ResourceType type) {
    return assembler.takeForgotten(type);
  }

  @Override
  public void controlPlane(String identifier) {
    if (!identifier.isEmpty() && !identifier.equals(controlPlane)) {
      LOG.debug("{} calls itself {}", bootstrap.server(), identifier);
      controlPlane = identifier;
    }
  }

  @Override
  public Map<String, String> versions(ResourceType type) {
    Map<String, String> versions = new HashMap<>();
    for (Resource resource : assembler.store().all(type)) {
      if (!resource.stale()) {
        versions.put(resource.name(), resource.version());
      }
    }
    return versions;
  }

  @Override
  public void asked(ResourceType type, Set<String> names) {
    expireLater(stream, type, List.copyOf(names));
  }

  private void expireLater(@Nullable AdsStream asked, ResourceType type, List<String> names) {
    loop.schedule(
        () -> {
          if (asked == null || asked != stream || closed) {
            return;
          }
          if (!asked.isOpen()) {
            expireLater(asked, type, names);
            return;
          }
          boolean any = false;
          for (String name : names) {
            if (assembler.store().get(type, name) == null && !assembler.isSettled(type, name)) {
              assembler.settle(type, name);
              any = true;
            }
          }
          if (any) {
            publish(false);
          }
        },
        FETCH_TIMEOUT.toMillis(),
        TimeUnit.MILLISECONDS);
  }
}
