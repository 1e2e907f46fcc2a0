package io.duomesh.runtime;

import io.duomesh.MeshState;
import io.duomesh.Mode;
import io.duomesh.Settings;
import io.duomesh.runtime.cluster.ClusterContext;
import io.duomesh.runtime.routing.Router;
import io.duomesh.runtime.routing.Target;
import io.duomesh.traffic.TrafficSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The sources in use, by scheme; one is made when a target wants it. Guarded by its owner. */
final class SourceFeeds {
  private final TrafficSources sources;
  private final Settings settings;
  private final ClusterContext context;
  private final Consumer<TrafficSnapshot> onInstalled;
  private final Runnable onRouter;
  private final Map<String, SourceFeed> feeds = new LinkedHashMap<>();
  private @Nullable String listeningAddress;
  private boolean started;

  /**
   * None yet.
   *
   * @param onInstalled told what the main source says, once it is in force
   * @param onRouter told that a source's router is another one
   */
  SourceFeeds(
      TrafficSources sources,
      Settings settings,
      ClusterContext context,
      Consumer<TrafficSnapshot> onInstalled,
      Runnable onRouter) {
    this.sources = sources;
    this.settings = settings;
    this.context = context;
    this.onInstalled = onInstalled;
    this.onRouter = onRouter;
  }

  /**
   * A target is wanted from now on.
   *
   * @throws IllegalArgumentException if nothing can resolve its scheme
   */
  void want(Target target) {
    feed(target.scheme()).want(target);
  }

  private SourceFeed feed(String scheme) {
    SourceFeed known = feeds.get(scheme);
    if (known == null) {
      // A list or a DNS name says nothing of inbound calls, nor may it take back what is said.
      boolean governs = scheme.equals(sources.defaultScheme());
      Consumer<TrafficSnapshot> governed = governs ? onInstalled : s -> {};
      known = new SourceFeed(sources.create(scheme), settings, context, governed, onRouter);
      feeds.put(scheme, known);
      if (governs && listeningAddress != null) {
        known.listening(listeningAddress);
      }
      if (started) {
        known.start();
      }
    }
    return known;
  }

  /** Starts those in use, and the main one, which speaks of inbound calls too. */
  List<SourceFeed> start() {
    if (sources.hasMain()) {
      feed(sources.defaultScheme());
    }
    if (!started) {
      started = true;
      feeds.values().forEach(SourceFeed::start);
    }
    return all();
  }

  /** Where the server takes calls, or is about to; the main source speaks of them. */
  void listening(String address) {
    listeningAddress = address;
    SourceFeed main = feeds.get(sources.defaultScheme());
    if (main != null) {
      main.listening(address);
    }
  }

  boolean isStarted() {
    return started;
  }

  /** The router of a scheme; null where it is not in use, or nothing was started yet. */
  @Nullable Router router(String scheme) {
    SourceFeed feed = feeds.get(scheme);
    return feed == null || !started ? null : feed.router();
  }

  /**
   * Waits for first configurations, without the owner's lock.
   *
   * @return why they did not come, or null
   * @throws IllegalStateException if what is given in code cannot be used
   */
  static @Nullable String missing(Collection<SourceFeed> running, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    try {
      for (SourceFeed feed : running) {
        String missing = feed.missing(end, patience);
        if (missing != null) {
          return missing;
        }
      }
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted while waiting for the first configuration";
    }
  }

  /**
   * What they do now.
   *
   * @param others clusters that are in use besides
   */
  MeshState state(
      Mode mode, Collection<MeshState.Cluster> others, int port, List<String> services) {
    List<MeshState.Cluster> clusters = new ArrayList<>(others);
    boolean ready = true;
    for (SourceFeed feed : feeds.values()) {
      ready &= feed.isReady();
      clusters.addAll(feed.clusters());
    }
    SourceFeed main = feeds.get(sources.defaultScheme());
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

  /** Those in use. */
  List<SourceFeed> all() {
    return List.copyOf(feeds.values());
  }
}
