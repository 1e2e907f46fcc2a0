package io.duomesh.runtime;

import io.duomesh.Channel;
import io.duomesh.MeshState;
import io.duomesh.Settings;
import io.duomesh.Status;
import io.duomesh.runtime.client.ClusterContext;
import io.duomesh.runtime.client.Latecomers;
import io.duomesh.runtime.client.PendingRouter;
import io.duomesh.runtime.client.Router;
import io.duomesh.runtime.client.SnapshotCompiler;
import io.duomesh.runtime.client.TableRouter;
import io.duomesh.runtime.client.Target;
import io.duomesh.spi.TrafficSource;
import io.duomesh.traffic.TlsPolicy;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.DirectChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One source and the table that is made of what it emits. Snapshots are compiled on the control
 * thread, warmed, and installed by one volatile write; calls read {@link #router()} and nothing
 * else.
 */
final class SourceFeed implements TrafficSource.Context, TrafficSource.Watcher, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SourceFeed.class);

  private static final int MOST_BYTES = 1 << 30;

  private final TrafficSource source;
  private final Settings settings;
  private final ClusterContext context;
  private final SnapshotCompiler compiler;
  private final Consumer<TrafficSnapshot> onInstalled;
  private final Runnable onRouter;
  private final Set<Target> wanted = ConcurrentHashMap.newKeySet();
  private final Latecomers latecomers;
  private final List<Runnable> demandListeners = new CopyOnWriteArrayList<>();
  private final List<DirectChannel> channels = new CopyOnWriteArrayList<>();
  private final PendingRouter pending;
  private final CountDownLatch first = new CountDownLatch(1);

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
    this.settings = settings;
    this.context = context;
    this.onInstalled = onInstalled;
    this.onRouter = onRouter;
    this.latecomers = new Latecomers(context.scheduler(), this::snapshotVersion);
    this.compiler = new SnapshotCompiler(context, settings, latecomers::newCall);
    this.pending = new PendingRouter(context.scheduler(), source.description());
    this.router = pending;
  }

  void start() {
    source.start(this, this);
  }

  /** The router in force. */
  Router router() {
    return router;
  }

  /** A target is wanted from now on. */
  void want(Target target) {
    if (wanted.add(target)) {
      if (!(source instanceof InCodeSource)) { // what is given in code is all there is
        latecomers.expect(target);
        Status now = trouble;
        if (now != null) {
          latecomers.troubled(now);
        }
      }
      demandListeners.forEach(context.scheduler()::execute);
    }
  }

  /** Waits for the first configuration; whether it came in time. */
  boolean awaitFirst(long timeout, TimeUnit unit) throws InterruptedException {
    return first.await(timeout, unit);
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

  // ---- what the source may use

  @Override
  public Channel channel(String address, @Nullable TlsPolicy tls) {
    int colon = address.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException("address: " + address + " (expected: host:port)");
    }
    String host = address.substring(0, colon);
    DirectChannel channel =
        new DirectChannel(
            "triple",
            new ConnectSpec(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                Integer.parseInt(address.substring(colon + 1)),
                settings.duration("duomesh.xds.connect-timeout", Duration.ofSeconds(5)),
                tls,
                null,
                context.transports(),
                Map.of(
                    ConnectSpec.MAX_MESSAGE_BYTES,
                    String.valueOf(
                        settings.integer(
                            "duomesh.xds.max-message-size", 64 << 20, 1024, MOST_BYTES)))));
    channels.add(channel);
    return channel;
  }

  @Override
  public ScheduledExecutorService scheduler() {
    return context.scheduler();
  }

  @Override
  public Settings settings() {
    return settings;
  }

  @Override
  public Set<String> demand() {
    return wanted.stream().map(Target::authority).collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public void onDemand(Runnable changed) {
    demandListeners.add(changed);
  }

  // ---- what the source emits, on the control thread

  @Override
  public Map<String, String> onSnapshot(TrafficSnapshot snapshot) {
    trouble = null;
    return compiler.compile(snapshot, wanted, next -> install(next, snapshot));
  }

  private void install(TableRouter next, TrafficSnapshot snapshot) {
    table = next;
    router = next;
    onRouter.run();
    pending.arrived(next);
    latecomers.arrived(next);
    governs |= snapshot.inbound() != null;
    if (governs) {
      onInstalled.accept(snapshot); // before the server, which waits for the first one, opens
    }
    if (first.getCount() > 0) {
      first.countDown();
      String version = snapshot.version();
      log.info(
          "first configuration from {}: {}",
          description(),
          version.isEmpty() ? "empty" : "version " + version);
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
    channels.forEach(DirectChannel::close);
    compiler.close();
    pending.close();
    latecomers.close();
  }
}
