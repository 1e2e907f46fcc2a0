package io.duomesh.discovery;

import io.duomesh.Status;
import io.duomesh.spi.TrafficSource;
import io.duomesh.traffic.Endpoint;
import java.util.List;

/** Emits endpoints that are written down. A target that says none gets an empty cluster. */
final class StaticTrafficSource implements TrafficSource {
  private final StaticLists lists;
  private final Plain plain = new Plain("static"); // used on the context's scheduler alone
  private volatile boolean closed;

  StaticTrafficSource(StaticLists lists) {
    this.lists = lists;
  }

  @Override
  public void start(Context context, Watcher watcher) {
    context.onDemand(() -> emit(context, watcher));
    context.scheduler().execute(() -> emit(context, watcher));
  }

  @Override
  public String description() {
    return "the static lists of this process";
  }

  @Override
  public void close() {
    closed = true;
  }

  private void emit(Context context, Watcher watcher) {
    if (closed) {
      return;
    }
    boolean changed = false;
    for (String target : context.demand()) {
      if (!plain.has(target)) {
        changed |= plain.put(target, endpoints(target, watcher));
      }
    }
    if (changed) {
      watcher.onSnapshot(plain.snapshot());
    }
  }

  private List<Endpoint> endpoints(String target, Watcher watcher) {
    try {
      List<Endpoint> written = lists.of(target);
      return written != null ? written : inTarget(target);
    } catch (IllegalArgumentException e) {
      watcher.onTrouble(Status.local(Status.Code.UNAVAILABLE, String.valueOf(e.getMessage())));
      return List.of();
    }
  }

  private static List<Endpoint> inTarget(String target) {
    if (target.indexOf(':') < 0) {
      throw new IllegalArgumentException(
          "target static:///"
              + target
              + ": no list of endpoints (expected: duomesh.static."
              + target
              + "=host:port,host:port, or an entry in duomesh.static.file)");
    }
    return StaticLists.parse(target, "target static:///" + target);
  }
}
