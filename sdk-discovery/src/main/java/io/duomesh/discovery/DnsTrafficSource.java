package io.duomesh.discovery;

import io.duomesh.spi.TrafficSource;
import io.duomesh.traffic.Endpoint;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Emits what DNS says of the wanted targets, and asks again at intervals. An answer stays in force
 * until a newer one; where there never was one, the target's cluster is empty. What goes wrong is
 * told to {@code problems}, once until it changes.
 *
 * <p>Asking blocks, so it has threads of its own, at most {@value #THREADS}; all else happens on
 * the context's scheduler. An answer after the timeout still counts.
 */
final class DnsTrafficSource implements TrafficSource {
  private static final int THREADS = 4;
  private static final long FIRST_RETRY_MILLIS = 1_000;

  private final StaticLists lists;
  private final Resolver resolver;
  private final long refreshMillis;
  private final long timeoutMillis;
  private final Consumer<String> problems;
  private final ExecutorService asking;

  // on the scheduler alone
  private final Plain plain = new Plain("dns");
  private final Map<String, Question> questions = new HashMap<>();

  private volatile boolean closed;

  /** One target's question, asked again and again; at most once at a time. */
  private static final class Question {
    final HostPort address;
    boolean open;
    boolean answered;
    int asked;
    int failures;
    String problem = "";

    Question(HostPort address) {
      this.address = address;
    }
  }

  /** Addresses, or why there are none. */
  private record Answer(List<String> addresses, String problem) {}

  DnsTrafficSource(
      StaticLists lists,
      Resolver resolver,
      Duration refresh,
      Duration timeout,
      Consumer<String> problems) {
    this.problems = problems;
    this.lists = lists;
    this.resolver = resolver;
    this.refreshMillis = Math.max(1, refresh.toMillis());
    this.timeoutMillis = Math.max(1, timeout.toMillis());
    this.asking = threads();
  }

  private static ExecutorService threads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // bounded by the targets: one question each
            task -> {
              Thread thread = new Thread(task, "duomesh-dns");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  @Override
  public void start(Context context, Watcher watcher) {
    context.onDemand(() -> demanded(context, watcher));
    context.scheduler().execute(() -> demanded(context, watcher));
  }

  @Override
  public String description() {
    return "DNS";
  }

  @Override
  public void close() {
    closed = true;
    asking.shutdownNow();
  }

  private void demanded(Context context, Watcher watcher) {
    boolean changed = false;
    for (String target : context.demand()) {
      if (closed || plain.has(target) || questions.containsKey(target)) {
        continue;
      }
      try {
        List<Endpoint> written = lists.of(target);
        if (written != null) {
          changed |= plain.put(target, written);
        } else {
          questions.put(target, new Question(address(target)));
          ask(target, context, watcher);
        }
      } catch (IllegalArgumentException e) {
        String problem = String.valueOf(e.getMessage());
        changed |= plain.putNone(target, problem);
        problems.accept(problem);
      }
    }
    if (changed) {
      watcher.onSnapshot(plain.snapshot());
    }
  }

  private static HostPort address(String target) {
    try {
      return HostPort.of(target, "target dns:///" + target);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          e.getMessage()
              + "; for a service by name, set duomesh.static."
              + target
              + "=host:port, or a target with a scheme",
          e);
    }
  }

  private void ask(String target, Context context, Watcher watcher) {
    Question question = questions.get(target);
    if (closed || question == null || question.open) {
      return;
    }
    question.open = true;
    int number = ++question.asked;
    ScheduledExecutorService scheduler = context.scheduler();
    try {
      asking.execute(
          () -> {
            Answer answer = resolve(question.address.host());
            deliver(scheduler, () -> answered(target, answer, context, watcher));
          });
      scheduler.schedule(
          () -> overdue(target, number, watcher), timeoutMillis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      question.open = false; // closed meanwhile
    }
  }

  /** Blocks; on a thread of {@code asking}. */
  private Answer resolve(String host) {
    try {
      return new Answer(resolver.resolve(host), "");
    } catch (UnknownHostException e) {
      // its own message is another one when the JDK answers from its cache
      return new Answer(List.of(), "no address: DNS knows no host " + host);
    }
  }

  private void deliver(ScheduledExecutorService scheduler, Runnable answered) {
    try {
      scheduler.execute(answered);
    } catch (RejectedExecutionException e) {
      closed = true; // the runtime has ended: nobody waits for the answer
    }
  }

  private void answered(String target, Answer answer, Context context, Watcher watcher) {
    Question question = questions.get(target);
    if (closed || question == null) {
      return;
    }
    question.open = false;
    if (answer.addresses.isEmpty()) {
      question.failures++;
      failed(target, question, answer.problem, watcher);
    } else {
      question.failures = 0;
      question.answered = true;
      question.problem = "";
      List<Endpoint> endpoints =
          answer.addresses.stream()
              .sorted() // answers come in any order
              .map(address -> Endpoint.of(address, question.address.port()))
              .toList();
      emit(target, endpoints, watcher);
    }
    again(target, question, context, watcher);
  }

  private void again(String target, Question question, Context context, Watcher watcher) {
    long retry = FIRST_RETRY_MILLIS << Math.min(question.failures, 20);
    long wait = question.failures == 0 ? refreshMillis : Math.min(retry / 2, refreshMillis);
    context.scheduler().schedule(() -> ask(target, context, watcher), wait, TimeUnit.MILLISECONDS);
  }

  private void overdue(String target, int number, Watcher watcher) {
    Question question = questions.get(target);
    if (!closed && question != null && question.open && question.asked == number) {
      failed(
          target,
          question,
          "no address: DNS did not answer within " + timeoutMillis + " ms",
          watcher);
    }
  }

  private void failed(String target, Question question, String problem, Watcher watcher) {
    if (!question.answered && plain.putNone(target, problem)) {
      watcher.onSnapshot(plain.snapshot()); // only this target's calls fail
    }
    if (!problem.equals(question.problem)) {
      String kept = question.answered ? "; the last addresses stay in use" : "";
      problems.accept("target dns:///" + target + ": " + problem + kept);
      question.problem = problem;
    }
  }

  private void emit(String target, List<Endpoint> endpoints, Watcher watcher) {
    if (plain.put(target, endpoints)) {
      watcher.onSnapshot(plain.snapshot());
    }
  }
}
