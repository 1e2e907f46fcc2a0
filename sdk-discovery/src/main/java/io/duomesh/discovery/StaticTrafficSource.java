package io.duomesh.discovery;

import io.duomesh.spi.TrafficSource;
import io.duomesh.traffic.Endpoint;
import java.util.List;
import java.util.function.Consumer;

/**
 * Emits endpoints that are written down. A target that says none gets an empty cluster, so that
 * only its own calls fail; why is told to {@code problems}.
 */
final class StaticTrafficSource implements TrafficSource {
  private final StaticLists lists;
  private final Consumer<String> problems;
  private final Plain plain = new Plain("static"); // used on the context's scheduler alone
  private volatile boolean closed;

  StaticTrafficSource(StaticLists lists, Consumer<String> problems) {
    this.lists = lists;
    this.problems = problems;
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
        changed |= put(target);
      }
    }
    if (changed) {
      watcher.onSnapshot(plain.snapshot());
    }
  }

  private boolean put(String target) {
    try {
      List<Endpoint> written = lists.of(target);
      return plain.put(target, written != null ? written : inTarget(target));
    } catch (IllegalArgumentException e) {
      String problem = String.valueOf(e.getMessage());
      problems.accept(problem);
      return plain.putNone(target, problem);
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
