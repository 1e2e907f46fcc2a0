package io.duomesh.transport;

import io.duomesh.Settings;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/**
 * What can be set about Bolt connections alone. Times and limits of peers are SOFABolt 1.6's.
 *
 * @param frames what a client's requests look like; {@code duomesh.bolt.frames}, default {@code v1}
 * @param maxClassNameBytes longest class name taken in a frame; {@code
 *     duomesh.bolt.max-class-name-size}, default 1024
 * @param frameTimeout time in which a frame must be there whole once it began; {@code
 *     duomesh.bolt.frame-timeout}, default 30 s. Looked at once per such a time: a frame that never
 *     ends closes its connection after one to two of them
 * @param maxUnfinishedBytes bytes that the unfinished frames of all connections together may hold;
 *     {@code duomesh.bolt.max-unfinished-size}, default 128 MiB, and never less than two messages.
 *     Beyond it the connection whose frame is the oldest is closed
 * @param heartbeat silence after which a client beats; {@code duomesh.bolt.heartbeat}, default 15 s
 * @param maxHeartbeat what the silence doubles up to while beats are answered; {@code
 *     duomesh.bolt.heartbeat-max}, default 75 s: stock servers and MOSN close at 90 s
 * @param idleTimeout silence after which a server closes a connection, that of a new one too;
 *     {@code duomesh.bolt.idle-timeout}, default 90 s
 * @param waitForWriteBuffer whether calls wait, within their deadlines, where too much waits to be
 *     written, or fail at once; {@code duomesh.bolt.write-overflow}, {@code wait} (default) or
 *     {@code fail}
 * @param drainPeers addresses of peers known to understand Bolt's go-away, which are MOSNs, or
 *     {@code *}; {@code duomesh.bolt.drain-peers}, default none. Peers of our own say so themselves
 */
public record BoltOptions(
    Frames frames,
    int maxClassNameBytes,
    Duration frameTimeout,
    int maxUnfinishedBytes,
    Duration heartbeat,
    Duration maxHeartbeat,
    Duration idleTimeout,
    boolean waitForWriteBuffer,
    Set<String> drainPeers) {

  /** Versions of the frame. All of them are read by every SOFABolt since 1.5. */
  public enum Frames {
    /** Version 1: what SOFARPC sends, and all that a MOSN should see. */
    V1,
    /** Version 2 without a checksum. */
    V2,
    /** Version 2 with a CRC-32 at the end; breaks a MOSN on the way. */
    V2_CRC
  }

  /** Copies the set. */
  public BoltOptions {
    drainPeers = Set.copyOf(drainPeers);
  }

  /**
   * The options that settings give.
   *
   * @throws IllegalArgumentException naming a setting that cannot be
   */
  public static BoltOptions of(Settings settings) {
    Duration heartbeat = positive(settings, "duomesh.bolt.heartbeat", Duration.ofSeconds(15));
    Duration longest = positive(settings, "duomesh.bolt.heartbeat-max", Duration.ofSeconds(75));
    return new BoltOptions(
        frames(settings.get("duomesh.bolt.frames", "v1")),
        settings.integer("duomesh.bolt.max-class-name-size", 1024, 64, Short.MAX_VALUE),
        positive(settings, "duomesh.bolt.frame-timeout", Duration.ofSeconds(30)),
        settings.integer("duomesh.bolt.max-unfinished-size", 128 << 20, 1 << 20, Integer.MAX_VALUE),
        heartbeat,
        longest.compareTo(heartbeat) < 0 ? heartbeat : longest,
        positive(settings, "duomesh.bolt.idle-timeout", Duration.ofSeconds(90)),
        waits(settings.get("duomesh.bolt.write-overflow", "wait")),
        names(settings.get("duomesh.bolt.drain-peers", "")));
  }

  private static Duration positive(Settings settings, String key, Duration otherwise) {
    Duration span = settings.duration(key, otherwise);
    if (span.isZero()) {
      throw new IllegalArgumentException(key + ": 0 (expected: more)");
    }
    return span;
  }

  private static Frames frames(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "v1" -> Frames.V1;
      case "v2" -> Frames.V2;
      case "v2-crc" -> Frames.V2_CRC;
      default ->
          throw new IllegalArgumentException(
              "duomesh.bolt.frames: " + text + " (expected: v1, v2 or v2-crc)");
    };
  }

  private static boolean waits(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "wait" -> true;
      case "fail" -> false;
      default ->
          throw new IllegalArgumentException(
              "duomesh.bolt.write-overflow: " + text + " (expected: wait or fail)");
    };
  }

  private static Set<String> names(String list) {
    return list.isEmpty() ? Set.of() : Set.of(list.trim().split("\\s*,\\s*"));
  }
}
