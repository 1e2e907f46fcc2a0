package io.duomesh.transport.bolt;

import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.Transports;
import io.duomesh.transport.netty.Seldom;
import io.netty.channel.Channel;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often peers sent what is wrong, over all Bolt connections of a runtime, and the log's guard:
 * each kind is logged once in ten seconds at most, with how often it came since. Safe for use by
 * many threads.
 */
public final class BoltCounters implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BoltCounters.class);
  private static final int SHOWN_CHARS = 500;
  private static final Pattern CONTROLS = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029]");

  private final LongAdder heartbeats = new LongAdder();
  private final Map<BadInput, Kind> kinds = new EnumMap<>(BadInput.class);
  private final UnfinishedFrames unfinished;

  BoltCounters(TransportOptions options) {
    unfinished = new UnfinishedFrames(options);
    for (BadInput what : BadInput.values()) {
      kinds.put(what, new Kind());
    }
  }

  /** The counters of a runtime's connections. */
  public static BoltCounters of(Transports transports) {
    return transports.shared(BoltCounters.class, BoltCounters::new);
  }

  /** Heartbeats that clients sent. */
  public long heartbeats() {
    return heartbeats.sum();
  }

  void addHeartbeat() {
    heartbeats.increment();
  }

  /** What came and how often, by name; what never came is left out. */
  public Map<String, Long> counts() {
    Map<String, Long> all = new TreeMap<>();
    kinds.forEach(
        (what, kind) -> {
          if (kind.count.sum() > 0) {
            all.put(what.toString(), kind.count.sum());
          }
        });
    return all;
  }

  long count(BadInput what) {
    return kind(what).count.sum();
  }

  /** What frames hold that are not yet there. */
  UnfinishedFrames unfinished() {
    return unfinished;
  }

  /** Counts without a word. */
  void add(BadInput what) {
    kind(what).count.increment();
  }

  /**
   * Counts, and logs unless that was done a moment ago.
   *
   * @param detail what was wrong and what follows, for a person
   */
  void report(BadInput what, Channel channel, String detail) {
    Kind kind = kind(what);
    kind.count.increment();
    String end = kind.line.end();
    if (end != null) {
      LOG.warn("{}: {}{}", channel.remoteAddress(), printable(detail), end);
    }
  }

  /** A text that may hold a peer's words: one line of bounded length. */
  static String printable(String text) {
    String shown = text.length() > SHOWN_CHARS ? text.substring(0, SHOWN_CHARS) + "…" : text;
    return CONTROLS.matcher(shown).replaceAll("?");
  }

  private Kind kind(BadInput what) {
    return Objects.requireNonNull(kinds.get(what));
  }

  @Override
  public void close() {}

  private static final class Kind {
    final LongAdder count = new LongAdder();
    final Seldom line = new Seldom();
  }
}
