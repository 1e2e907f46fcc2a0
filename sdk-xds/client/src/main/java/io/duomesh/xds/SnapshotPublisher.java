package io.duomesh.xds;

import io.duomesh.traffic.TrafficSnapshot;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands snapshots out once there is something new, keeps a copy of what they are made of, and goes
 * without what has not come in time. On the loop.
 */
final class SnapshotPublisher {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotPublisher.class);

  private final String origin;
  private final ScheduledExecutorService loop;
  private final ResourceStore store;
  private final SnapshotAssembler assembler;
  private final AdsClient.Listener listener;
  private final @Nullable XdsCache cache;
  private final BooleanSupplier answering;
  private @Nullable ScheduledFuture<?> closure;
  private boolean heard;
  private boolean reached;
  private boolean emitted;

  /**
   * A publisher.
   *
   * @param origin who the configuration comes from, for people
   * @param cache where what is held is kept; null for nowhere
   * @param answering whether there is a server that may still send what is missing
   */
  SnapshotPublisher(
      String origin,
      ScheduledExecutorService loop,
      ResourceStore store,
      SnapshotAssembler assembler,
      AdsClient.Listener listener,
      @Nullable XdsCache cache,
      BooleanSupplier answering) {
    this.origin = origin;
    this.loop = loop;
    this.store = store;
    this.assembler = assembler;
    this.listener = listener;
    this.cache = cache;
    this.answering = answering;
  }

  /** Whether anything has come, from the control plane or from the disk. */
  boolean hasHeard() {
    return heard;
  }

  /** The control plane has said something. */
  void hear() {
    heard = true;
  }

  /** The control plane takes a stream: where nothing is wanted that is all there is to wait for. */
  void reach() {
    if (!reached) {
      reached = true;
      publish(false);
    }
  }

  /** Says what is in force once more: the control plane answers again, and may have nothing new. */
  void repeat() {
    if (emitted) {
      listener.onSnapshot(assembler.latest());
    }
  }

  /** Publishes what an earlier process has kept, where nothing has come yet and there is such. */
  void fallBack() {
    if (!heard && cache != null && cache.load(store)) {
      heard = true;
      publish(true);
    }
  }

  /**
   * Publishes what is held.
   *
   * @param force whether to go without what is pending
   * @return why resources cannot be used, by {@code type/name}
   */
  CompletionStage<Map<String, String>> publish(boolean force) {
    TrafficSnapshot before = emitted ? assembler.latest() : null;
    TrafficSnapshot next = assembler.assemble(force);
    watch();
    return next == null || !(reached || heard)
        ? CompletableFuture.completedFuture(Map.of())
        : emit(next, before);
  }

  /** The same after an update, at the cost of the endpoints alone where it has nothing else. */
  CompletionStage<Map<String, String>> publish(Update update) {
    TrafficSnapshot before = assembler.latest();
    TrafficSnapshot quick = assembler.assembleEndpoints(update);
    return quick == null ? publish(false) : emit(quick, before);
  }

  private CompletionStage<Map<String, String>> emit(
      TrafficSnapshot next, @Nullable TrafficSnapshot before) {
    if (next.equals(before)) {
      return CompletableFuture.completedFuture(Map.of());
    }
    emitted = true;
    if (cache != null && heard) { // else it would lose what an earlier process has kept
      cache.saveSoon(store, loop);
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

  /** Starts or stops the time after which a snapshot goes without what is pending. */
  void watch() {
    boolean waiting = !assembler.waitingFor().isEmpty() && answering.getAsBoolean();
    if (!waiting && closure != null) {
      closure.cancel(false);
      closure = null;
    } else if (waiting && closure == null) {
      Duration time = AdsClient.FETCH_TIMEOUT;
      closure = loop.schedule(this::goWithout, time.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void goWithout() {
    closure = null;
    LOG.warn("{} has not sent {}; going on without", origin, assembler.waitingFor());
    publish(true);
  }
}
