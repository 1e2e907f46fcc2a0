package io.duomesh;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The {@code duomesh.*} settings of a process: those given in code, else system properties, else
 * the environment ({@code duomesh.xds.server} is {@code DUOMESH_XDS_SERVER}; dashes become
 * underscores). Immutable.
 */
public final class Settings {
  private final Map<String, String> given;

  private Settings(Map<String, String> given) {
    this.given = Map.copyOf(given);
  }

  /** Settings of the given values, then of the process. */
  public static Settings of(Map<String, String> given) {
    return new Settings(given);
  }

  /** A setting's text, or null where it is nowhere set; blank counts as not set. */
  public @Nullable String get(String key) {
    String value = given.get(key);
    if (value == null) {
      value = System.getProperty(key);
    }
    if (value == null) {
      value = System.getenv(key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'));
    }
    return value == null || value.isBlank() ? null : value.trim();
  }

  /** A setting's text, or a default. */
  public String get(String key, String defaultValue) {
    return Objects.requireNonNullElse(get(key), defaultValue);
  }

  /**
   * A whole number, or a default.
   *
   * @throws IllegalArgumentException naming the setting if it is none or out of range
   */
  public int integer(String key, int defaultValue, int least, int most) {
    String text = get(key);
    if (text == null) {
      return defaultValue;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below, with the range
    }
    throw new IllegalArgumentException(
        key + ": " + text + " (expected: a number from " + least + " to " + most + ")");
  }

  /**
   * A truth value, or a default.
   *
   * @throws IllegalArgumentException naming the setting if it is neither true nor false
   */
  public boolean flag(String key, boolean defaultValue) {
    String text = get(key);
    if (text == null) {
      return defaultValue;
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(key + ": " + text + " (expected: true or false)");
    };
  }

  /**
   * A time span, or a default: {@code 500ms}, {@code 3s}, {@code 2m}, {@code 1h}, plain
   * milliseconds, or ISO-8601.
   *
   * @throws IllegalArgumentException naming the setting if it is none or negative
   */
  public Duration duration(String key, Duration defaultValue) {
    String text = get(key);
    if (text == null) {
      return defaultValue;
    }
    try {
      Duration value = parseDuration(text);
      if (!value.isNegative()) {
        return value;
      }
    } catch (RuntimeException e) {
      // said below, with the forms
    }
    throw new IllegalArgumentException(
        key + ": " + text + " (expected: a time span such as 500ms, 3s or PT3S)");
  }

  private static Duration parseDuration(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.startsWith("p")) {
      return Duration.parse(text);
    }
    int unit = 0;
    while (unit < lower.length() && Character.isDigit(lower.charAt(unit))) {
      unit++;
    }
    long amount = Long.parseLong(lower.substring(0, unit));
    return switch (lower.substring(unit).trim()) {
      case "", "ms" -> Duration.ofMillis(amount);
      case "us" -> Duration.ofNanos(Math.multiplyExact(amount, 1_000));
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> throw new IllegalArgumentException(text);
    };
  }
}
