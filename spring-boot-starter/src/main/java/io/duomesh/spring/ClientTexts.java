package io.duomesh.spring;

import io.duomesh.CallOptions;
import io.duomesh.ClientOptions;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.StringUtils;

/**
 * What an annotation says of a client, as text.
 *
 * @param target whom to call
 * @param version empty for none
 * @param group empty for none
 * @param uniqueId empty for none
 * @param timeout empty for the default
 */
record ClientTexts(String target, String version, String group, String uniqueId, String timeout) {

  /** The texts with their placeholders replaced. */
  ClientTexts resolved(UnaryOperator<@Nullable String> resolver) {
    return new ClientTexts(
        resolve(target, resolver),
        resolve(version, resolver),
        resolve(group, resolver),
        resolve(uniqueId, resolver),
        resolve(timeout, resolver));
  }

  private static String resolve(String text, UnaryOperator<@Nullable String> resolver) {
    String resolved = resolver.apply(text);
    return resolved == null ? "" : resolved.trim();
  }

  /**
   * The options they say.
   *
   * @throws IllegalArgumentException if there is no target or the timeout is no time span
   */
  ClientOptions options() {
    if (target.isEmpty()) {
      throw new IllegalArgumentException("target: empty (expected: whom to call)");
    }
    return new ClientOptions(
        target, orNull(version), orNull(group), orNull(uniqueId), null, callOptions());
  }

  private CallOptions callOptions() {
    return timeout.isEmpty()
        ? CallOptions.DEFAULT
        : CallOptions.DEFAULT.withTimeout(timeSpan(timeout));
  }

  /**
   * The time of an annotation's timeout.
   *
   * @throws IllegalArgumentException if it is none, or negative
   */
  static Duration timeSpan(String timeout) {
    Duration time;
    try {
      time = DurationStyle.detectAndParse(timeout);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "timeout: " + timeout + " (expected: a time span such as 500ms, 3s or PT3S)", e);
    }
    if (time.isNegative()) {
      throw new IllegalArgumentException(
          "timeout: " + timeout + " (expected: zero for no limit, or more)");
    }
    return time;
  }

  private static @Nullable String orNull(String text) {
    return StringUtils.hasText(text) ? text : null;
  }
}
