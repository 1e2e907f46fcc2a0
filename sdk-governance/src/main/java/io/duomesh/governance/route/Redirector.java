package io.duomesh.governance.route;

import io.duomesh.traffic.PathMatcher;
import io.duomesh.traffic.Rewrites;
import io.duomesh.traffic.RouteAction;
import org.jspecify.annotations.Nullable;

/** A {@link RouteAction.Redirect}, made ready. */
final class Redirector {
  private final RouteAction.Redirect redirect;
  private final Rewriter rewriter;

  Redirector(RouteAction.Redirect redirect, PathMatcher matcher, PathCondition path) {
    this.redirect = redirect;
    Rewrites rewrites =
        new Rewrites(
            redirect.prefixRewrite(),
            redirect.regexRewrite(),
            null,
            redirect.pathFormat(),
            null,
            null,
            null,
            null,
            false,
            false);
    this.rewriter = new Rewriter(rewrites, matcher, path);
  }

  String location(RequestHead head, RouteChoice choice) {
    String scheme = emptyToNull(redirect.scheme()) == null ? head.scheme() : redirect.scheme();
    boolean portNamed = redirect.port() != 0;
    String host = emptyToNull(redirect.host());
    if (host == null) {
      host = Locations.host(head, scheme == null ? "" : scheme, portNamed);
    }
    return scheme + "://" + host + (portNamed ? ":" + redirect.port() : "") + path(head, choice);
  }

  private String path(RequestHead head, RouteChoice choice) {
    String path;
    String given = emptyToNull(redirect.path());
    boolean ownQuery = given != null && given.indexOf('?') >= 0;
    if (given != null) {
      int query = head.path().indexOf('?');
      path = ownQuery || query < 0 ? given : given + head.path().substring(query);
    } else {
      HeaderList copy = new HeaderList(head);
      rewriter.apply(copy, new Format.Context(head, choice, null, 0));
      path = copy.path();
      // A format that brings a query of its own drops the request's.
      int query = head.path().indexOf('?');
      String asked = query < 0 ? "" : head.path().substring(query);
      String formatted = path.substring(0, path.length() - asked.length());
      if (redirect.pathFormat() != null && path.endsWith(asked) && formatted.indexOf('?') >= 0) {
        path = formatted;
        ownQuery = true;
      }
    }
    if (redirect.stripQuery() && !ownQuery && path.indexOf('?') >= 0) {
      path = path.substring(0, path.indexOf('?'));
    }
    return path.startsWith("/") ? path : "/" + path;
  }

  private static @Nullable String emptyToNull(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }
}
