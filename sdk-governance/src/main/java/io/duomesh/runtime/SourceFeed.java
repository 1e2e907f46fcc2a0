package io.duomesh.runtime;

import io.duomesh.MeshState;
import io.duomesh.Settings;
import io.duomesh.Status;
import io.duomesh.runtime.cluster.ClusterContext;
import io.duomesh.runtime.routing.Latecomers;
import io.duomesh.runtime.routing.PendingRouter;
import io.duomesh.runtime.routing.Router;
import io.duomesh.runtime.routing.SnapshotCompiler;
import io.duomesh.runtime.routing.TableRouter;
import io.duomesh.runtime.routing.Target;
import io.duomesh.spi.TrafficSource;
import io.duomesh.traffic.TrafficSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One source and the table that is made of what it emits. Snapshots are compiled on the control
 * thread, warmed, and installed by one volatile write; calls read {@link #router()} and nothing
 * else. A snapshot that cannot be compiled changes nothing.
 */
final class SourceFeed implements TrafficSource.Watcher, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SourceFeed.class);

  private final TrafficSource source;
  private final FeedContext sourceContext;
  private final SnapshotCompiler compiler;
  private final Consumer<TrafficSnapshot> onInstalled;
  private final Runnable onRouter;
  private final Latecomers latecomers;
  private final PendingRouter pending;
  private final CountDownLatch first = new CountDownLatch(1);

  /** Whether what is given in code is all there is: nothing else comes by itself. */
  private final boolean inCode;

  /** Whether it has ever spoken of inbound calls: a list of endpoints has no say in them. */
  private boolean governs; // control thread

  private volatile Router router;
  private volatile @Nullable TableRouter table;
  private volatile @Nullable Status trouble;

  SourceFeed(
      TrafficSource source,
      Settings settings,
      ClusterContext context,
      Consumer<TrafficSnapshot> onInstalled,
      Runnable onRouter) {
    this.source = source;
    this.inCode = source instanceof InCodeSource;
    this.sourceContext = new FeedContext(settings, context);
    this.onInstalled = onInstalled;
    this.onRouter = onRouter;
    this.latecomers = new Latecomers(context.scheduler(), this::snapshotVersion);
    this.compiler = new SnapshotCompiler(context, settings, latecomers::newCall);
    this.pending = new PendingRouter(context.scheduler(), source.description());
    this.router = pending;
  }

  void start() {
    source.start(sourceContext, this);
  }

  /** The router in force. */
  Router router() {
    return router;
  }

  /** A target is wanted from now on. */
  void want(Target target) {
    if (sourceContext.want(target)) {
      if (!inCode) {
        latecomers.expect(target);
        Status now = trouble;
        if (now != null) {
          latecomers.troubled(now);
        }
      }
      sourceContext.tell();
    }
  }

  /** The server takes calls at an address, or is about to. */
  void listening(String address) {
    if (sourceContext.listening(address)) {
      sourceContext.tell();
    }
  }

  /**
   * Waits for the first configuration.
   *
   * @param end when to give up, by {@link System#nanoTime}
   * @param whole the time given, for the message
   * @return why there is none, or null
   * @throws IllegalStateException if it was given in code and cannot be used: no other comes
   */
  @Nullable String missing(long end, Duration whole) throws InterruptedException {
    boolean settled = first.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    Status why = trouble;
    if (settled && inCode && table == null && why != null) {
      throw new IllegalStateException(why.message(), why.cause());
    }
    return settled
        ? null
        : "no configuration from "
            + description()
            + " within "
            + whole.toMillis()
            + " ms"
            + (why == null ? "" : ": " + why.message());
  }

  boolean isReady() {
    return table != null;
  }

  String description() {
    return source.description();
  }

  @Nullable Status trouble() {
    return trouble;
  }

  String snapshotVersion() {
    TableRouter current = table;
    return current == null ? "" : current.version();
  }

  List<MeshState.Cluster> clusters() {
    TableRouter current = table;
    return current == null ? List.of() : current.state();
  }

  // ---- what the source emits, on the control thread

  @Override
  public Map<String, String> onSnapshot(TrafficSnapshot snapshot) {
    try {
      trouble = null;
      return compiler.compile(snapshot, sourceContext.wanted(), next -> install(next, snapshot));
    } catch (RuntimeException | Error e) { // a value that no record refuses, a plugged-in balancer
      return unusable(snapshot, e);
    }
  }

  /** The configuration in force stays; where there is none, calls are told why. */
  private Map<String, String> unusable(TrafficSnapshot snapshot, Throwable thrown) {
    String name = snapshot.version().isEmpty() ? "" : " " + snapshot.version();
    String why =
        "configuration"
            + name
            + " of "
            + description()
            + " cannot be used: "
            + thrown
            + (table == null ? "" : "; the last good one stays in force");
    Status status = Status.local(Status.Code.UNAVAILABLE, why).withCause(thrown);
    trouble = status;
    boolean expected = thrown instanceof IllegalArgumentException; // it says itself what is wrong
    log.warn("{}", why, expected ? null : thrown);
    pending.troubled(status);
    latecomers.troubled(status);
    if (inCode) {
      first.countDown();
    }
    return Map.of("TrafficSnapshot/" + snapshot.version(), String.valueOf(thrown));
  }

  private void install(TableRouter next, TrafficSnapshot snapshot) {
    table = next;
    router = next;
    onRouter.run();
    pending.arrived(next);
    latecomers.arrived(next);
    govern(snapshot); // before the server, which waits for the first one, opens
    if (first.getCount() > 0) {
      first.countDown();
      String version = snapshot.version();
      log.info(
          "first configuration from {}: {}",
          description(),
          version.isEmpty() ? "empty" : "version " + version);
    }
  }

  private void govern(TrafficSnapshot snapshot) {
    governs |= snapshot.inbound() != null;
    if (!governs) {
      return;
    }
    try {
      onInstalled.accept(snapshot);
    } catch (RuntimeException | Error e) { // of a filter that was plugged in
      log.warn(
          "what configuration {} of {} says of inbound calls cannot be used; the last good one"
              + " stays in force",
          snapshot.version(),
          description(),
          e);
    }
  }

  @Override
  public void onTrouble(Status status) {
    Status before = trouble;
    trouble = status;
    if (before == null) { // once, until the source is heard again
      log.warn("{}", status);
    } else {
      log.debug("{}", status);
    }
    pending.troubled(status);
    latecomers.troubled(status);
  }

  @Override
  public void close() {
    first.countDown(); // whoever waits in start() waits for nothing more
    source.close();
    sourceContext.close();
    compiler.close();
    pending.close();
    latecomers.close();
  }
}
