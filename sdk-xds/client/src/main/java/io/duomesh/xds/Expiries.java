package io.duomesh.xds;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** The times to live of resources: who is not named again in time has expired. On the loop. */
final class Expiries {
  private final ScheduledExecutorService loop;
  private final BiConsumer<ResourceType, String> expired;
  private final PerType<Map<String, Future<?>>> timers = new PerType<>(HashMap::new);

  Expiries(ScheduledExecutorService loop, BiConsumer<ResourceType, String> expired) {
    this.loop = loop;
    this.expired = expired;
  }

  /**
   * Starts the timers of what an update names anew; a resource without a time lives for ever, and
   * one that is not held needs none.
   */
  void renew(Update update, ResourceStore store) {
    if (!timers.get(update.type()).isEmpty()) {
      update.items().forEach(item -> cancel(update.type(), item.name()));
      update.removed().forEach(name -> cancel(update.type(), name));
    }
    update
        .ttls()
        .forEach(
            (name, ttl) -> {
              if (store.get(update.type(), name) != null) {
                start(update.type(), name, ttl);
              }
            });
  }

  private void start(ResourceType type, String name, Duration ttl) {
    cancel(type, name);
    Runnable end =
        () -> {
          timers.get(type).remove(name);
          expired.accept(type, name);
        };
    timers.get(type).put(name, loop.schedule(end, ttl.toMillis(), TimeUnit.MILLISECONDS));
  }

  private void cancel(ResourceType type, String name) {
    Future<?> timer = timers.get(type).remove(name);
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
