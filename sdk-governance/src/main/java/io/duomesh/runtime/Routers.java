package io.duomesh.runtime;

import io.duomesh.ClientCall;
import io.duomesh.Explanation;
import io.duomesh.Invocation;
import io.duomesh.MeshState;
import io.duomesh.Metadata;
import io.duomesh.Mode;
import io.duomesh.Settings;
import io.duomesh.Status;
import io.duomesh.runtime.cluster.ClusterContext;
import io.duomesh.runtime.routing.FixedRouter;
import io.duomesh.runtime.routing.PendingRouter;
import io.duomesh.runtime.routing.Router;
import io.duomesh.runtime.routing.Target;
import io.duomesh.traffic.TrafficSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
final class Routers implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Routers.class);
  private static final String INPROC = "inproc";
  private static final String UNCALLED =
      "no client here has this target, so that its source was not asked for it";

  private final MeshSettings settings;
  private final @Nullable InCodeSource inCode;
  private final TrafficSources sources;
  private final FixedRouter inproc;
  private final FixedRouter sidecar;
  private final SidecarProbe probe;
  private final PendingRouter unstarted;

  // guarded by this; calls read only inForce
  private final SourceFeeds feeds;
  private final Map<String, Integer> slots = new LinkedHashMap<>();
  private final Set<Target> targets = new LinkedHashSet<>();
  private boolean closed;
  private volatile Mode mode;
  private volatile Router[] inForce = {};

  Routers(
      Settings all,
      MeshSettings settings,
      ClusterContext context,
      @Nullable TrafficSnapshot traffic,
      Consumer<TrafficSnapshot> onInstalled) {
    this.settings = settings;
    this.inCode = traffic == null ? null : new InCodeSource(traffic);
    this.mode = settings.mode();
    this.inproc =
        new FixedRouter(INPROC, context, t -> new FixedRouter.Hop(INPROC, t.authority(), 0));
    SidecarHops hops = new SidecarHops(all);
    this.sidecar = new FixedRouter("sidecar", context, hops);
    this.probe = new SidecarProbe(settings, hops);
    this.unstarted =
        new PendingRouter(context.scheduler(), "Duomesh.start(), which has not been called");
    this.sources = new TrafficSources(all, settings.defaultScheme(), inCode);
    this.feeds = new SourceFeeds(sources, all, context, onInstalled, this::publish);
  }

  Target target(String text) {
    return Target.parse(text, sources.defaultScheme());
  }

  // ---- who routes

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

  private void want(Target target) {
    if (!target.scheme().equals(INPROC)) {
      feeds.want(target);
    }
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
    Router router = feeds.router(scheme);
    return router == null ? unstarted : router;
  }

  // ---- start, and the switch of the mode

  /** Where the server takes calls, or is about to; null for nowhere yet. */
  synchronized void listening(@Nullable String address) {
    if (address != null && !closed) {
      feeds.listening(address);
    }
  }

  void start() {
    if (mode == Mode.AUTO) {
      boolean answers = probe.answers();
      mode = answers ? Mode.SIDECAR : Mode.PROXYLESS;
      log.info(
          "duomesh.mode auto: {}, since {} {}",
          mode,
          probe.asked(),
          answers ? "answers" : "does not answer");
    }
    List<SourceFeed> running = mode == Mode.SIDECAR ? List.of() : startFeeds();
    change(mode);
    unstarted.arrived(new ByScheme());
    if (settings.startup() == MeshSettings.Startup.LAZY) {
      return;
    }
    String late = SourceFeeds.missing(running, settings.startupTimeout());
    if (late != null && settings.startup() == MeshSettings.Startup.FAIL) {
      throw new IllegalStateException(late);
    }
    if (late != null) {
      log.warn("{}; going on, not ready", late);
    }
  }

  private synchronized List<SourceFeed> startFeeds() {
    targets.forEach(this::want);
    return feeds.start();
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
    String missing =
        force
            ? null
            : to == Mode.PROXYLESS
                ? SourceFeeds.missing(running, settings.startupTimeout())
                : sidecarMissing();
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

  // ---- what is asked of it

  Map<String, String> update(TrafficSnapshot snapshot) {
    if (inCode == null) {
      throw new IllegalStateException(
          "update: this runtime was not built with DuomeshBuilder.traffic");
    }
    return inCode.update(snapshot);
  }

  /**
   * Why a call would go where it would go. Leaves nothing behind: a target is not wanted by being
   * explained.
   */
  Explanation explain(Target target, String path, Metadata headers, long random) {
    Router router;
    boolean uncalled;
    synchronized (this) {
      String scheme = target.scheme();
      uncalled = mode == Mode.PROXYLESS && !scheme.equals(INPROC) && !targets.contains(target);
      if (uncalled) {
        sources.check(scheme);
        if (feeds.isStarted() && feeds.router(scheme) == null && !closed) {
          return Explanation.failed(
              target.toString(), Status.local(Status.Code.UNAVAILABLE, target + ": " + UNCALLED));
        }
      }
      router = router(scheme);
    }
    Explanation found = router.explain(target, path, headers, random);
    Status status = found.status();
    return uncalled && status != null && found.listener() == null
        ? Explanation.failed(found.target(), status.withMessage(status.message() + "; " + UNCALLED))
        : found;
  }

  synchronized MeshState state(int port, List<String> services) {
    if (mode == Mode.SIDECAR) {
      List<MeshState.Cluster> clusters = new ArrayList<>(inproc.state());
      clusters.addAll(sidecar.state());
      return new MeshState(mode, true, "the sidecar", "", null, port, services, clusters);
    }
    return feeds.state(mode, inproc.state(), port, services);
  }

  @Override
  public void close() {
    List<SourceFeed> running;
    synchronized (this) {
      closed = true;
      publish();
      running = feeds.all();
    }
    // not under the lock: calls end here, on whose threads their callers may do anything
    unstarted.close();
    running.forEach(SourceFeed::close);
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
      return Routers.this.explain(target, path, headers, random);
    }
  }
}
