package io.duomesh.discovery;

import io.duomesh.Channel;
import io.duomesh.Settings;
import io.duomesh.Status;
import io.duomesh.spi.TrafficSource;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.TlsPolicy;
import io.duomesh.traffic.TrafficSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** A runtime's side of a source: a scheduler, a demand, and what was emitted. */
final class SourceHarness implements TrafficSource.Context, TrafficSource.Watcher, AutoCloseable {
  final List<TrafficSnapshot> snapshots = new CopyOnWriteArrayList<>();
  private final Set<String> demand = ConcurrentHashMap.newKeySet();
  private final List<Runnable> onDemand = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final TrafficSource source;

  SourceHarness(TrafficSource source, String... targets) {
    this.source = source;
    demand.addAll(List.of(targets));
    source.start(this, this);
  }

  void want(String target) {
    demand.add(target);
    onDemand.forEach(scheduler::execute);
  }

  /** Addresses of a target in the newest snapshot; null where it is not in it. */
  @Nullable List<String> addresses(String target) {
    TrafficSnapshot last = snapshots.isEmpty() ? TrafficSnapshot.EMPTY : newest();
    if (!last.endpoints().containsKey(target)) {
      return null;
    }
    return last.endpoints().get(target).localities().get(0).endpoints().stream()
        .map(Endpoint::address)
        .toList();
  }

  TrafficSnapshot newest() {
    return snapshots.get(snapshots.size() - 1);
  }

  @Override
  public Channel channel(String address, @Nullable TlsPolicy tls) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledExecutorService scheduler() {
    return scheduler;
  }

  @Override
  public Settings settings() {
    return Settings.of(Map.of());
  }

  @Override
  public Set<String> demand() {
    return Set.copyOf(demand);
  }

  @Override
  public void onDemand(Runnable changed) {
    onDemand.add(changed);
  }

  @Override
  public Map<String, String> onSnapshot(TrafficSnapshot snapshot) {
    snapshots.add(snapshot);
    return Map.of();
  }

  @Override
  public void onTrouble(Status status) {
    throw new AssertionError("one target's trouble is not the source's: " + status);
  }

  @Override
  public void close() {
    source.close();
    scheduler.shutdownNow();
  }
}
