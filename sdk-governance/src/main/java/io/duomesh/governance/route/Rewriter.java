package io.duomesh.governance.route;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.duomesh.traffic.PathMatcher;
import io.duomesh.traffic.Rewrites;
import io.duomesh.traffic.UriTemplate;
import org.jspecify.annotations.Nullable;

/** The {@link Rewrites} of a route, made ready: first the host, then the path. */
final class Rewriter {
  private final Rewrites rewrites;
  private final PathCondition path;
  private final @Nullable Substitution regex;
  private final @Nullable Substitution hostRegex;
  private final @Nullable Format pathFormat;
  private final @Nullable Format hostFormat;
  private final @Nullable Pattern template;

  Rewriter(Rewrites rewrites, PathMatcher matcher, PathCondition path) {
    this.rewrites = rewrites;
    this.path = path;
    regex = rewrites.regex() == null ? null : new Substitution(rewrites.regex());
    hostRegex =
        rewrites.hostPathRegex() == null ? null : new Substitution(rewrites.hostPathRegex());
    pathFormat = rewrites.pathFormat() == null ? null : Format.of(rewrites.pathFormat());
    hostFormat = rewrites.hostFormat() == null ? null : Format.of(rewrites.hostFormat());
    template =
        rewrites.template() != null && matcher instanceof PathMatcher.UriTemplate m
            ? Pattern.compile(UriTemplate.parse(m.template()).regex())
            : null;
  }

  /** Whether nothing is ever rewritten here. */
  boolean isEmpty() {
    return rewrites.hostLiteral() == null
        && rewrites.hostHeader() == null
        && hostRegex == null
        && hostFormat == null
        && rewrites.prefix() == null
        && regex == null
        && template == null
        && pathFormat == null;
  }

  void apply(HeaderList head, Format.Context context) {
    String host = host(head, context);
    if (host != null && !host.isEmpty()) {
      if (rewrites.appendXForwardedHost()) {
        head.append("x-forwarded-host", head.authority());
      }
      head.authority(host);
    }
    head.path(path(head, context));
  }

  private @Nullable String host(HeaderList head, Format.Context context) {
    if (rewrites.hostLiteral() != null) {
      return rewrites.hostLiteral();
    }
    if (rewrites.hostHeader() != null) {
      return head.header(rewrites.hostHeader());
    }
    if (hostRegex != null) {
      return hostRegex.apply(PathCondition.withoutQuery(head.path()));
    }
    return hostFormat == null ? null : hostFormat.apply(context, "-");
  }

  private String path(HeaderList head, Format.Context context) {
    String old = head.path();
    String withoutQuery = PathCondition.withoutQuery(old);
    String prefix = rewrites.prefix();
    if (pathFormat != null) {
      String whole = pathFormat.apply(context, "");
      return whole.isEmpty() ? old : whole + old.substring(withoutQuery.length());
    }
    if (prefix != null && !prefix.isEmpty()) {
      return prefix + old.substring(Math.min(old.length(), path.matchedLength(old)));
    }
    String changed = withoutQuery;
    if (regex != null) {
      changed = regex.apply(withoutQuery);
    } else if (template != null) {
      changed = fromTemplate(withoutQuery);
    }
    return changed.isEmpty() ? old : changed + old.substring(withoutQuery.length());
  }

  private String fromTemplate(String old) {
    Matcher matcher = template == null ? null : template.matcher(old);
    if (matcher == null || !matcher.matches() || rewrites.template() == null) {
      return old;
    }
    StringBuilder out = new StringBuilder();
    String rest = rewrites.template();
    for (int open = rest.indexOf('{'); open >= 0; open = rest.indexOf('{')) {
      int close = rest.indexOf('}', open);
      String value = matcher.group(rest.substring(open + 1, close));
      out.append(rest, 0, open).append(value == null ? "" : value);
      rest = rest.substring(close + 1);
    }
    return out.append(rest).toString();
  }
}
