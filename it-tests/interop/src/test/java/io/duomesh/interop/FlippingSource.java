package io.duomesh.interop;

import io.duomesh.Settings;
import io.duomesh.spi.TrafficSource;
import io.duomesh.spi.TrafficSourceProvider;
import io.duomesh.traffic.TrafficSnapshot;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Emits what a test tells it to: targets of the scheme {@code flip}. */
public final class FlippingSource implements TrafficSource {
  private static volatile @Nullable FlippingSource latest;

  private final CompletableFuture<Context> context = new CompletableFuture<>();
  private volatile @Nullable Watcher watcher;

  /** Makes it. */
  public static final class Provider implements TrafficSourceProvider {
    @Override
    public String scheme() {
      return "flip";
    }

    @Override
    public TrafficSource create(Settings settings) {
      FlippingSource source = new FlippingSource();
      latest = source;
      return source;
    }
  }

  /** The one made last. */
  static FlippingSource latest() {
    return latest;
  }

  /** Emits; waits until it has been taken over. */
  void emit(TrafficSnapshot snapshot) {
    CompletableFuture<Map<String, String>> errors = new CompletableFuture<>();
    context.join().scheduler().execute(() -> errors.complete(watcher.onSnapshot(snapshot)));
    if (!errors.join().isEmpty()) {
      throw new AssertionError(errors.join());
    }
  }

  @Override
  public void start(Context newContext, Watcher newWatcher) {
    watcher = newWatcher;
    context.complete(newContext);
  }

  @Override
  public String description() {
    return "what a test says";
  }

  @Override
  public void close() {}
}
