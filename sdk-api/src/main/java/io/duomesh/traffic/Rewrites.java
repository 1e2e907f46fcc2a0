package io.duomesh.traffic;

import org.jspecify.annotations.Nullable;

/**
 * How a request's path and authority change on the way; null parts change nothing.
 *
 * @param prefix replaces the matched prefix, or the whole path where another matcher matched
 * @param regex replaces all occurrences in the path
 * @param template path template ({@code extensions.path.rewrite.uri_template})
 * @param pathFormat format string of the new path ({@code path_rewrite})
 * @param hostLiteral the new authority
 * @param hostHeader request header with the new authority
 * @param hostPathRegex makes the authority of the path
 * @param hostFormat format string of the new authority ({@code host_rewrite})
 * @param autoHost whether the authority becomes the endpoint's host name
 * @param appendXForwardedHost whether the old authority is kept in {@code x-forwarded-host}
 */
public record Rewrites(
    @Nullable String prefix,
    @Nullable RegexRewrite regex,
    @Nullable String template,
    @Nullable String pathFormat,
    @Nullable String hostLiteral,
    @Nullable String hostHeader,
    @Nullable RegexRewrite hostPathRegex,
    @Nullable String hostFormat,
    boolean autoHost,
    boolean appendXForwardedHost) {

  /** Nothing changes. */
  public static final Rewrites NONE =
      new Rewrites(null, null, null, null, null, null, null, null, false, false);

  /**
   * An RE2 expression and what replaces its matches; {@code \1} … {@code \9} are groups.
   *
   * @param regex the expression
   * @param substitution what replaces it
   */
  public record RegexRewrite(String regex, String substitution) {}
}
