package io.duomesh.xds;

import io.duomesh.traffic.PathMatcher;
import io.duomesh.traffic.RouteAction;
import io.duomesh.xds.proto.envoy.config.route.v3.RedirectAction;
import org.jspecify.annotations.Nullable;

/** Reads {@code RedirectAction}. */
final class RedirectParser {
  private RedirectParser() {}

  static RouteAction.Redirect parse(RedirectAction redirect, PathMatcher path) {
    if (path instanceof PathMatcher.UriTemplate && !redirect.getPrefixRewrite().isEmpty()) {
      throw new IllegalArgumentException("prefix_rewrite cannot be used with path_match_policy");
    }
    return new RouteAction.Redirect(
        redirect.getHttpsRedirect() ? "https" : text(redirect.getSchemeRedirect()),
        text(redirect.getHostRedirect()),
        redirect.getPortRedirect(),
        text(redirect.getPathRedirect()),
        text(redirect.getPrefixRewrite()),
        redirect.hasRegexRewrite()
            ? FieldPath.in(
                "regex_rewrite", () -> StringMatcherParser.rewrite(redirect.getRegexRewrite()))
            : null,
        redirect.getPathRewrite().isEmpty()
            ? null
            : FieldPath.in("path_rewrite", () -> FormatStrings.checked(redirect.getPathRewrite())),
        switch (redirect.getResponseCode()) {
          case FOUND -> 302;
          case SEE_OTHER -> 303;
          case TEMPORARY_REDIRECT -> 307;
          case PERMANENT_REDIRECT -> 308;
          default -> 301;
        },
        redirect.getStripQuery());
  }

  private static @Nullable String text(String value) {
    return value.isEmpty() ? null : value;
  }
}
