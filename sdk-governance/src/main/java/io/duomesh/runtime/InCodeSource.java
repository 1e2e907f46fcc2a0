package io.duomesh.runtime;

import io.duomesh.spi.TrafficSource;
import io.duomesh.traffic.TrafficSnapshot;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Emits the configuration that is given in code. */
final class InCodeSource implements TrafficSource {
  static final String SCHEME = "code";

  private volatile TrafficSnapshot snapshot;
  private volatile @Nullable Context context;
  private volatile @Nullable Watcher watcher;

  InCodeSource(TrafficSnapshot snapshot) {
    this.snapshot = snapshot;
  }

  @Override
  public void start(Context newContext, Watcher newWatcher) {
    context = newContext;
    watcher = newWatcher;
    newContext.scheduler().execute(() -> newWatcher.onSnapshot(snapshot));
  }

  /** Replaces the configuration; waits until it was compiled. */
  Map<String, String> update(TrafficSnapshot newer) {
    snapshot = newer;
    Context running = context;
    Watcher emitted = watcher;
    if (running == null || emitted == null) {
      return Map.of();
    }
    CompletableFuture<Map<String, String>> errors = new CompletableFuture<>();
    try {
      running.scheduler().execute(() -> take(emitted, newer, errors));
    } catch (RejectedExecutionException e) {
      throw new IllegalStateException("the runtime is closed", e);
    }
    return errors.join();
  }

  /** What a watcher should not throw ends the wait all the same. */
  private static void take(
      Watcher watcher, TrafficSnapshot newer, CompletableFuture<Map<String, String>> errors) {
    try {
      errors.complete(watcher.onSnapshot(newer));
    } catch (RuntimeException | Error e) {
      errors.completeExceptionally(e);
    }
  }

  @Override
  public String description() {
    return "the configuration given in code";
  }

  @Override
  public void close() {}
}
