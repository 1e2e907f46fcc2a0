package io.duomesh.traffic;

/**
 * What a request header must be ({@code config.route.v3.HeaderMatcher}). Repeated headers are tried
 * value by value. {@code :method}, {@code :path}, {@code :authority} and {@code :scheme} can be
 * named.
 *
 * @param name looked up without regard to case
 * @param test what its value must be
 * @param invert whether the outcome is negated; an absent header is no match even so
 * @param treatMissingAsEmpty whether an absent header counts as an empty value
 */
public record HeaderMatcher(String name, Test test, boolean invert, boolean treatMissingAsEmpty) {

  /** What a header's value must be. */
  public sealed interface Test {}

  /** Whether the header is there. */
  public record Present(boolean present) implements Test {}

  /** A signed decimal number in {@code [start, end)}. */
  public record Range(long start, long end) implements Test {}

  /** A text. */
  public record Text(StringMatcher matcher) implements Test {}

  /** A header whose value is {@code value}. */
  public static HeaderMatcher exact(String name, String value) {
    return new HeaderMatcher(name, new Text(StringMatcher.exact(value)), false, false);
  }
}
