package io.duomesh.xds;

import io.duomesh.Channel;
import io.duomesh.Metadata;
import io.duomesh.Status;
import io.duomesh.traffic.TrafficSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one ADS stream to a control plane open. What came over it stays in force whatever becomes
 * of the stream. Everything happens on the loop, a single thread; {@code start}, {@code close} and
 * {@code demand} are called on it too.
 */
@SuppressWarnings("ReferenceEquality") // streams are known by identity
final class AdsClient implements AdsStream.Owner {
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

    /**
     * The control plane cannot be reached or says nothing.
     *
     * @param status all there is to say
     * @param ended what ended the stream; null where it is open and silent
     */
    void onTrouble(Status status, @Nullable Status ended);
  }

  private final XdsBootstrap bootstrap;
  private final ScheduledExecutorService loop;
  private final Supplier<Channel> channels;
  private final Listener listener;
  private final BackOff backOff;
  private final ResourceGraph graph;
  private boolean incremental;
  private @Nullable AdsStream stream;
  private boolean closed;

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
    this.backOff = new BackOff(random);
    this.graph =
        new ResourceGraph(
            bootstrap, loop, listener, cache, () -> stream != null && stream.responded());
    this.incremental = bootstrap.incremental();
  }

  void start() {
    connect();
  }

  @Override
  public void opened(AdsStream opened) {
    if (opened == stream && !closed) {
      graph.publisher().reach();
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

  /** The listeners wanted, where they are asked for by name. */
  void demand(Set<String> listeners) {
    graph.subscriptions().wantListeners(listeners);
    graph.publisher().publish(false);
    if (stream != null) {
      stream.syncAll();
    }
  }

  /** What is held. */
  ResourceStore store() {
    return graph.store();
  }

  /** The snapshot last published; the empty one before the first. */
  TrafficSnapshot latest() {
    return graph.assembler().latest();
  }

  private void connect() {
    if (closed) {
      return;
    }
    graph.subscriptions().unsettle();
    AdsStream next =
        incremental ? new DeltaStream(graph, this, loop) : new SotwStream(graph, this, loop);
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
  public void answered() {
    if (backOff.recovered()) {
      LOG.info("{} answers", bootstrap.server());
      graph.publisher().repeat(); // the trouble that was told is over
    }
  }

  @Override
  public void ended(AdsStream ended, Status status) {
    if (ended != stream || closed) {
      return;
    }
    stream = null;
    if (ended.responded()) {
      graph.subscriptions().streamEnded();
    }
    graph.publisher().watch();
    if (incremental && !ended.responded() && status.code() == Status.Code.UNIMPLEMENTED) {
      LOG.info(
          "{} speaks no incremental protocol; going on with state of the world",
          bootstrap.server());
      incremental = false;
      connect();
      return;
    }
    Duration wait = backOff.next(ended.responded());
    if (ended.responded()) {
      LOG.debug("Stream of {} ended: {}; again in {}", bootstrap.server(), status, wait);
    } else {
      trouble(why(status), status, wait);
    }
    loop.schedule(this::connect, wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void complainIfSilent(AdsStream asked) {
    boolean waiting = !graph.assembler().waitingFor().isEmpty();
    if (asked == stream && !asked.responded() && waiting && !closed) {
      trouble("it has not answered for " + FETCH_TIMEOUT.toSeconds() + " s", null, Duration.ZERO);
    }
  }

  /** Why a stream ended, for people. */
  static String why(Status ended) {
    return ended.message().isEmpty() ? ended.code().name() : ended.message();
  }

  private void trouble(String what, @Nullable Status ended, Duration wait) {
    graph.publisher().fallBack();
    String name = graph.controlPlane();
    String message =
        "control plane "
            + bootstrap.server()
            + (name.isEmpty() ? "" : " (" + name + ")")
            + " (as node "
            + bootstrap.nodeId()
            + "): "
            + what
            + "; trying for "
            + backOff.trying().toSeconds()
            + " s"
            + (wait.isZero() ? "" : ", again in " + Math.max(1, wait.toSeconds()) + " s")
            + (graph.publisher().hasHeard()
                ? "; the configuration received before stays in force"
                : "; there is no configuration yet");
    LOG.debug("{}", message);
    listener.onTrouble(Status.local(Status.Code.UNAVAILABLE, message), ended);
  }
}
