package io.duomesh.traffic;

/** What a path must be, without its query. */
public sealed interface PathMatcher {
  /** Starts with {@code value}. */
  record Prefix(String value) implements PathMatcher {}

  /** Is {@code value}. */
  record Exact(String value) implements PathMatcher {}

  /** Matches an RE2 expression as a whole. */
  record Regex(String regex) implements PathMatcher {}

  /** Is {@code value}, or starts with it and a slash. */
  record PathSeparatedPrefix(String value) implements PathMatcher {}

  /** Matches a URI template ({@code extensions.path.match.uri_template}). */
  record UriTemplate(String template) implements PathMatcher {}

  /** A CONNECT request: no call is one. */
  record Connect() implements PathMatcher {}
}
