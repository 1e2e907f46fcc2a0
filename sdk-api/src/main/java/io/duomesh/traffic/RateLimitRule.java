package io.duomesh.traffic;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a rate-limit descriptor is made of a request ({@code config.route.v3.RateLimit}).
 *
 * @param stage 0–10; a filter reads the rules of its own stage
 * @param actions one descriptor entry each, in order; one that yields nothing drops the descriptor
 */
public record RateLimitRule(int stage, List<Action> actions) {

  /** Copies the list. */
  public RateLimitRule {
    actions = List.copyOf(actions);
  }

  /** What yields a descriptor entry. */
  public sealed interface Action {}

  /** {@code (key, value)}; key {@code generic_key} where none is given. */
  public record GenericKey(String key, String value) implements Action {}

  /** The value of a request header, under a key. */
  public record RequestHeader(String header, String key, boolean skipIfAbsent) implements Action {}

  /** The value of a query parameter, under a key. */
  public record QueryParameter(String name, String key, boolean skipIfAbsent) implements Action {}

  /** {@code (key, value)} if the headers match, or if they do not where {@code expect} is false. */
  public record HeaderValueMatch(
      String key, String value, boolean expect, List<HeaderMatcher> headers) implements Action {
    /** Copies the list. */
    public HeaderValueMatch {
      headers = List.copyOf(headers);
    }
  }

  /** The caller's address. */
  public record RemoteAddress() implements Action {}

  /**
   * {@code (key, value)} if the caller's address is in a range, or if it is in none.
   *
   * @param key the entry's key
   * @param value a format string for the entry's value
   * @param otherwise the value where the format string yields nothing; may be empty
   * @param ranges CIDR ranges, {@code 10.0.0.0/8}
   * @param invert whether the address must be in none of them
   */
  public record RemoteAddressMatch(
      String key, String value, String otherwise, List<String> ranges, boolean invert)
      implements Action {
    /** Copies the list. */
    public RemoteAddressMatch {
      ranges = List.copyOf(ranges);
    }
  }

  /** The name of the caller's cluster (its node). */
  public record SourceCluster() implements Action {}

  /** The name of the chosen cluster. */
  public record DestinationCluster() implements Action {}

  /** An action that this SDK does not know; it yields nothing. */
  public record Unknown(@Nullable String name) implements Action {}
}
