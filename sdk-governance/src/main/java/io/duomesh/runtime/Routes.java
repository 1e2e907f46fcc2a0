package io.duomesh.runtime;

import io.duomesh.ClientCall;
import io.duomesh.Explanation;
import io.duomesh.Invocation;
import io.duomesh.MeshState;
import io.duomesh.Metadata;
import io.duomesh.Mode;
import io.duomesh.Settings;
import io.duomesh.Status;
import io.duomesh.runtime.client.ClusterContext;
import io.duomesh.runtime.client.FixedRouter;
import io.duomesh.runtime.client.PendingRouter;
import io.duomesh.runtime.client.Router;
import io.duomesh.runtime.client.Target;
import io.duomesh.spi.TrafficSource;
import io.duomesh.spi.TrafficSourceProvider;
import io.duomesh.traffic.TrafficSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who routes the calls of a target: the table of its scheme's source, the in-process router, or the
 * sidecar's. What is in force is one array behind one volatile field, a slot for each scheme; a new
 * table or another mode is one write to it.
 */
final class Routes implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Routes.class);
  private static final String INPROC = "inproc";

  private final Settings all;
  private final MeshSettings settings;
  private final ClusterContext context;
  private final @Nullable InCodeSource inCode;
  private final Consumer<TrafficSnapshot> onInstalled;
  private final String defaultScheme;
  private final Map<String, TrafficSourceProvider> providers = new HashMap<>();
  private final FixedRouter inproc;
  private final FixedRouter sidecar;
  private final SidecarProbe probe;
  private final PendingRouter unstarted;

  // guarded by this; calls read only inForce
  private final Map<String, Integer> slots = new LinkedHashMap<>();
  private final Map<String, SourceFeed> feeds = new LinkedHashMap<>();
  private final Set<Target> targets = new LinkedHashSet<>();
  private boolean started;
  private boolean closed;
  private volatile Mode mode;
  private volatile Router[] inForce = {};

  Routes(
      Settings all,
      MeshSettings settings,
      ClusterContext context,
      @Nullable TrafficSnapshot traffic,
      Consumer<TrafficSnapshot> onInstalled) {
    this.all = all;
    this.settings = settings;
    this.context = context;
    this.inCode = traffic == null ? null : new InCodeSource(traffic);
    this.onInstalled = onInstalled;
    this.mode = settings.mode();
    this.inproc =
        new FixedRouter(INPROC, context, t -> new FixedRouter.Hop(INPROC, t.authority(), 0));
    SidecarHops hops = new SidecarHops(all);
    this.sidecar = new FixedRouter("sidecar", context, hops);
    this.probe = new SidecarProbe(settings, hops);
    this.unstarted =
        new PendingRouter(context.scheduler(), "Duomesh.start(), which has not been called");
    this.defaultScheme = defaultScheme();
    loadProviders();
  }

  private void loadProviders() {
    for (TrafficSourceProvider provider :
        ServiceLoader.load(
            TrafficSourceProvider.class, TrafficSourceProvider.class.getClassLoader())) {
      TrafficSourceProvider other = providers.putIfAbsent(provider.scheme(), provider);
      if (other != null) {
        throw new IllegalStateException(
            "two traffic sources for scheme "
                + provider.scheme()
                + ": "
                + other.getClass().getName()
                + " and "
                + provider.getClass().getName());
      }
    }
  }

  private String defaultScheme() {
    String set = settings.defaultScheme();
    if (set != null) {
      return set;
    }
    if (inCode != null) {
      return InCodeSource.SCHEME;
    }
    boolean xds =
        all.get("duomesh.xds.server") != null
            || all.get("duomesh.xds.bootstrap") != null
            || all.get("grpc.xds.bootstrap") != null; // GRPC_XDS_BOOTSTRAP, as gRPC has it
    return xds ? "xds" : "dns";
  }

  Target target(String text) {
    return Target.parse(text, defaultScheme);
  }

  /**
   * Who routes a target, to be asked for each call.
   *
   * @throws IllegalArgumentException if nothing can resolve its scheme
   */
  synchronized Supplier<Router> routerOf(Target target) {
    String scheme = target.scheme();
    if (mode == Mode.PROXYLESS && !closed && !targets.contains(target)) {
      want(target); // throws where nothing resolves its scheme: then it is not one of ours
    }
    targets.add(target);
    Integer slot = slots.get(scheme);
    if (slot == null) {
      slot = slots.size();
      slots.put(scheme, slot);
      publish();
    }
    int index = slot;
    return () -> inForce[index];
  }

  /** Rebuilds what is in force. */
  private synchronized void publish() {
    Router[] next = new Router[slots.size()];
    slots.forEach((scheme, slot) -> next[slot] = router(scheme));
    inForce = next;
  }

  private Router router(String scheme) {
    if (closed) {
      return unstarted;
    }
    if (scheme.equals(INPROC)) {
      return inproc;
    }
    if (mode == Mode.SIDECAR) {
      return sidecar;
    }
    SourceFeed feed = feeds.get(scheme);
    return feed == null || !started ? unstarted : feed.router();
  }

  private void want(Target target) {
    if (!target.scheme().equals(INPROC)) {
      feed(target.scheme()).want(target);
    }
  }

  private SourceFeed feed(String scheme) {
    SourceFeed known = feeds.get(scheme);
    if (known == null) {
      // A list or a DNS name says nothing of inbound calls, nor may it take back what is said.
      Consumer<TrafficSnapshot> governed = scheme.equals(defaultScheme) ? onInstalled : s -> {};
      known = new SourceFeed(source(scheme), all, context, governed, this::publish);
      feeds.put(scheme, known);
      if (started) {
        known.start();
      }
    }
    return known;
  }

  private TrafficSource source(String scheme) {
    if (scheme.equals(InCodeSource.SCHEME) && inCode != null) {
      return inCode;
    }
    TrafficSourceProvider provider = providers.get(scheme);
    if (provider == null) {
      throw new IllegalArgumentException(
          "target scheme: "
              + scheme
              + " (expected: inproc or one of "
              + providers.keySet()
              + (scheme.equals("xds") ? "; xds needs io.duomesh:duomesh-sdk-xds" : "")
              + ")");
    }
    return provider.create(all);
  }

  void start() {
    if (mode == Mode.AUTO) {
      mode = probe.answers() ? Mode.SIDECAR : Mode.PROXYLESS;
      log.info("duomesh.mode auto: {}", mode);
    }
    List<SourceFeed> running = mode == Mode.SIDECAR ? List.of() : startFeeds();
    change(mode);
    unstarted.arrived(new ByScheme());
    String late = settings.startup() == MeshSettings.Startup.LAZY ? null : await(running);
    if (late != null && settings.startup() == MeshSettings.Startup.FAIL) {
      throw new IllegalStateException(late);
    }
    if (late != null) {
      log.warn("{}; going on, not ready", late);
    }
  }

  private synchronized List<SourceFeed> startFeeds() {
    if (inCode != null || defaultScheme.equals("xds")) {
      feed(defaultScheme);
    }
    targets.forEach(this::want);
    if (!started) {
      started = true;
      feeds.values().forEach(SourceFeed::start);
    }
    return List.copyOf(feeds.values());
  }

  /** Waits for first configurations; why they did not come, or null. */
  private @Nullable String await(List<SourceFeed> running) {
    long end = System.nanoTime() + settings.startupTimeout().toNanos();
    try {
      for (SourceFeed feed : running) {
        if (!feed.awaitFirst(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          Status trouble = feed.trouble();
          return "no configuration from "
              + feed.description()
              + " within "
              + settings.startupTimeout().toMillis()
              + " ms"
              + (trouble == null ? "" : ": " + trouble.message());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted while waiting for the first configuration";
    }
    return null;
  }

  Mode mode() {
    return mode;
  }

  /**
   * Hands the calls over by one write: to tables only once there is a first configuration, to the
   * sidecar only if it answers; with {@code force} without asking.
   */
  void switchTo(Mode to, boolean force) {
    if (to == Mode.AUTO) {
      throw new IllegalArgumentException("mode: auto (expected: proxyless or sidecar)");
    }
    List<SourceFeed> running = to == Mode.PROXYLESS ? startFeeds() : List.of();
    String missing = force ? null : to == Mode.PROXYLESS ? await(running) : sidecarMissing();
    if (missing != null) {
      throw new IllegalStateException("staying in mode " + mode + ": " + missing);
    }
    change(to);
    log.info("duomesh.mode switched to {}", to);
  }

  private @Nullable String sidecarMissing() {
    List<Target> called = new ArrayList<>();
    synchronized (this) {
      targets.stream().filter(t -> !t.scheme().equals(INPROC)).forEach(called::add);
    }
    String tried = probe.missing(called);
    return tried == null
        ? null
        : "no sidecar answers (duomesh.sidecar.address, duomesh.sidecar.ready-url); tried " + tried;
  }

  private synchronized void change(Mode to) {
    mode = to;
    if (to == Mode.PROXYLESS) {
      targets.forEach(this::want); // those named while the first configurations were awaited
    }
    publish();
  }

  Map<String, String> update(TrafficSnapshot snapshot) {
    if (inCode == null) {
      throw new IllegalStateException(
          "update: this runtime was not built with DuomeshBuilder.traffic");
    }
    return inCode.update(snapshot);
  }

  synchronized MeshState state(int port, List<String> services) {
    List<MeshState.Cluster> clusters = new ArrayList<>(inproc.state());
    if (mode == Mode.SIDECAR) {
      clusters.addAll(sidecar.state());
      return new MeshState(mode, true, "the sidecar", "", null, port, services, clusters);
    }
    SourceFeed main = feeds.get(defaultScheme);
    boolean ready = true;
    for (SourceFeed feed : feeds.values()) {
      ready &= feed.isReady();
      clusters.addAll(feed.clusters());
    }
    return new MeshState(
        mode,
        ready,
        main == null ? "no source in use" : main.description(),
        main == null ? "" : main.snapshotVersion(),
        main == null ? null : main.trouble(),
        port,
        services,
        clusters);
  }

  @Override
  public synchronized void close() {
    closed = true;
    unstarted.close();
    publish();
    feeds.values().forEach(SourceFeed::close);
    inproc.close();
    sidecar.close();
  }

  /**
   * Finds the router of a call by its target's scheme: for calls that were made before the start.
   */
  private final class ByScheme implements Router {
    @Override
    public ClientCall newCall(Target target, Invocation invocation) {
      return routerOf(target).get().newCall(target, invocation);
    }

    @Override
    public Explanation explain(Target target, String path, Metadata headers, long random) {
      return routerOf(target).get().explain(target, path, headers, random);
    }
  }
}
