package io.duomesh.traffic;

/** What a text must be ({@code type.matcher.v3.StringMatcher}). */
public sealed interface StringMatcher {
  /** Is {@code value}. */
  record Exact(String value, boolean ignoreCase) implements StringMatcher {}

  /** Starts with {@code value}. */
  record Prefix(String value, boolean ignoreCase) implements StringMatcher {}

  /** Ends with {@code value}. */
  record Suffix(String value, boolean ignoreCase) implements StringMatcher {}

  /** Contains {@code value}. */
  record Contains(String value, boolean ignoreCase) implements StringMatcher {}

  /** Matches an RE2 expression as a whole. */
  record Regex(String regex) implements StringMatcher {}

  /** Is {@code value}, case counting. */
  static StringMatcher exact(String value) {
    return new Exact(value, false);
  }
}
