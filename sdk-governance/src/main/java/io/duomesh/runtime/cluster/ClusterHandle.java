package io.duomesh.runtime.cluster;

import io.duomesh.MeshState;
import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.governance.lb.EndpointSelector;
import io.duomesh.governance.retry.ClusterLoad;
import io.duomesh.spi.LoadBalancerFactory;
import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A cluster in use: its endpoints' handles, its load, and the picker, which is swapped whole when
 * the endpoints change. Kept from one configuration to the next while its specification is equal.
 *
 * <p>Calls read one volatile field and never wait. Changes come from the control thread alone.
 */
public final class ClusterHandle {
  @SuppressWarnings("rawtypes") // a class literal has no parameters
  private static final AtomicReferenceFieldUpdater<ClusterHandle, EndpointSelector> SELECTOR =
      AtomicReferenceFieldUpdater.newUpdater(
          ClusterHandle.class, EndpointSelector.class, "selector");

  /** Picks at most for an endpoint that can be used this moment. */
  private static final int REPICKS = 4;

  private final ClusterSpec spec;
  private final String protocol;
  private final ClusterContext context;
  private final ClusterLoad load;
  private final @Nullable Status unusable;
  private final EndpointHandles handles;
  private final AtomicInteger active = new AtomicInteger();
  private final BackingOff backingOff;
  private volatile ClusterEndpoints endpoints;

  /** Counts updates, so that one that was overtaken while warming is dropped. Control thread. */
  private long generation;

  /** Null until the first call or the warming: an unused cluster costs nothing. */
  private volatile @Nullable EndpointSelector<EndpointHandle> selector;

  /**
   * A cluster that is not connected yet.
   *
   * @param protocol what it speaks
   */
  public ClusterHandle(
      ClusterSpec spec, String protocol, ClusterEndpoints endpoints, ClusterContext context) {
    this.spec = spec;
    this.protocol = protocol;
    this.endpoints = endpoints;
    this.context = context;
    this.handles = new EndpointHandles(spec, protocol, context);
    this.load = new ClusterLoad(spec);
    this.backingOff = new BackingOff(context.scheduler());
    String why = spec.unusable();
    this.unusable =
        why == null
            ? null
            : Status.local(
                    Status.Code.UNAVAILABLE, "cluster " + spec.name() + " cannot be used: " + why)
                .withFlag(ResponseFlag.UF);
  }

  /** As the configuration has it. */
  public ClusterSpec spec() {
    return spec;
  }

  /** What it speaks. */
  public String protocol() {
    return protocol;
  }

  /** The places that its calls take. */
  public ClusterLoad load() {
    return load;
  }

  /** Its calls that wait for their next try. */
  public BackingOff backingOff() {
    return backingOff;
  }

  /** Whether its first connections have been tried. */
  public boolean isWarm() {
    return selector != null;
  }

  /**
   * Takes a place for a call, to be given back to {@link #load}; else why there is none: the
   * cluster cannot be used at all, the load assignment drops the call, or a circuit breaker is
   * full.
   */
  public @Nullable Status admit(boolean highPriority) {
    if (unusable != null) {
      return unusable;
    }
    EndpointSelector<EndpointHandle> current = selector();
    return current.drops(ThreadLocalRandom.current())
        ? current.dropped()
        : load.admit(highPriority);
  }

  /**
   * Chooses an endpoint, passing over those that cannot be used this moment if there are others.
   *
   * @return null where there is none, for which {@link #noEndpoint} says why
   */
  public @Nullable EndpointHandle pick(long hash) {
    EndpointSelector<EndpointHandle> current = selector();
    return current.pick(
        current.hashed() ? new Picking(hash) : Picking.ANY, EndpointHandle::isUnusable, REPICKS);
  }

  /**
   * Chooses an endpoint for a retry.
   *
   * @param tried endpoints that others are preferred to
   * @param repicks picks at most for one of those others
   * @param past endpoints whose priorities others are preferred to
   */
  public @Nullable EndpointHandle pick(
      long hash, List<EndpointHandle> tried, int repicks, List<EndpointHandle> past) {
    return selector()
        .pick(
            new Picking(hash),
            handle -> tried.contains(handle) || handle.isUnusable(),
            Math.max(repicks, REPICKS),
            past);
  }

  /** What a choice may look at. */
  private record Picking(long hash) implements LoadBalancerFactory.PickContext {
    static final Picking ANY = new Picking(0);

    @Override
    public RandomGenerator random() {
      return ThreadLocalRandom.current();
    }
  }

  /** Calls that have not ended, whatever endpoint they are at. */
  public int active() {
    return active.get();
  }

  /** A call was admitted. */
  public void callStarted() {
    active.incrementAndGet();
  }

  /** A call that was admitted has ended. */
  public void callEnded() {
    active.decrementAndGet();
  }

  private EndpointSelector<EndpointHandle> selector() {
    EndpointSelector<EndpointHandle> current = selector;
    return current == null ? firstSelector() : current;
  }

  /** Racing callers may compile it twice; the handles are the same. */
  private EndpointSelector<EndpointHandle> firstSelector() {
    ClusterEndpoints of = endpoints;
    EndpointSelector<EndpointHandle> made = compile(of);
    if (!SELECTOR.compareAndSet(this, null, made)) {
      return Objects.requireNonNull(selector);
    }
    if (!endpoints.equals(of)) {
      // newer ones came meanwhile, and update() saw no selector to replace
      context.scheduler().execute(() -> renew(endpoints));
    }
    return made;
  }

  private EndpointSelector<EndpointHandle> compile(ClusterEndpoints newest) {
    return EndpointSelector.compile(
        spec, newest, handles::of, EndpointHandle::isRetired, context.random());
  }

  /**
   * New endpoints. In a cluster that is in use, those not known yet connect first; calls move when
   * they have settled or {@link ClusterContext#WARM_MILLIS} have passed. Then those gone are
   * drained.
   */
  public void update(ClusterEndpoints newest) {
    if (newest.equals(endpoints)) {
      return;
    }
    endpoints = newest;
    if (selector != null) {
      renew(newest);
    }
  }

  private void renew(ClusterEndpoints newest) {
    EndpointSelector<EndpointHandle> next = compile(newest);
    long mine = ++generation;
    Warming.start(next.candidates(), context, () -> swap(mine, next));
  }

  private void swap(long of, EndpointSelector<EndpointHandle> next) {
    if (generation != of) {
      return; // newer ones came while these were warming
    }
    selector = next;
    handles.retain(next.candidates());
  }

  /** Connects before any call comes; {@code warmed} runs on the control thread. */
  public void warm(Runnable warmed) {
    Warming.start(selector().candidates(), context, warmed);
  }

  /** No configuration names it any more, and its last call has ended. */
  public void retire() {
    handles.retire();
  }

  /** The runtime ends: whatever is in flight ends with it. Any thread. */
  public void close() {
    backingOff.close();
    handles.close();
  }

  /** What it does now. */
  public MeshState.Cluster state() {
    return new MeshState.Cluster(spec.name(), protocol, handles.states(endpoints));
  }

  /** Why a pick found nothing. */
  public Status noEndpoint() {
    return unusable != null ? unusable : selector().noEndpoint();
  }

  @Override
  public String toString() {
    return spec.name() + " (" + protocol + ")";
  }
}
