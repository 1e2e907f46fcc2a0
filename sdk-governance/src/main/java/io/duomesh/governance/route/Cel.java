package io.duomesh.governance.route;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.duomesh.traffic.Rewrites;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Of the language CEL what rewrites are written with: texts, attributes of the request, and what
 * {@code re.extract} makes of one of these. Everything else yields nothing.
 */
final class Cel {
  private static final Pattern TEXT = Pattern.compile("'([^']*)'|\"([^\"]*)\"");
  private static final Pattern HEADER = Pattern.compile("request\\.headers\\[(.*)]");
  private static final Pattern EXTRACT =
      Pattern.compile(
          "re\\.extract\\((.*?),\\s*('[^']*'|\"[^\"]*\")\\s*,\\s*('[^']*'|\"[^\"]*\")\\s*\\)");

  private Cel() {}

  static @Nullable String value(String expression, RequestHead head, RouteChoice choice) {
    String trimmed = expression.strip();
    Matcher extract = EXTRACT.matcher(trimmed);
    if (extract.matches()) {
      String from = value(extract.group(1), head, choice);
      String regex = text(extract.group(2));
      String rewrite = text(extract.group(3));
      return from == null || regex == null || rewrite == null
          ? null
          : extracted(from, regex, rewrite);
    }
    Matcher header = HEADER.matcher(trimmed);
    if (header.matches()) {
      String name = text(header.group(1));
      return name == null ? null : head.joinedHeader(name.toLowerCase(Locale.ROOT));
    }
    String text = text(trimmed);
    return text != null ? text : attribute(trimmed, head, choice);
  }

  private static @Nullable String attribute(String name, RequestHead head, RouteChoice choice) {
    int query = head.path().indexOf('?');
    return switch (name) {
      case "request.path" -> head.path();
      case "request.url_path" -> PathCondition.withoutQuery(head.path());
      case "request.query" -> query < 0 ? "" : head.path().substring(query + 1);
      case "request.host" -> head.authority();
      case "request.scheme" -> head.scheme();
      case "request.method" -> head.method();
      case "request.protocol" -> head.protocol();
      case "request.useragent" -> head.header("user-agent");
      case "request.referer" -> head.header("referer");
      case "request.id" -> head.header("x-request-id");
      case "xds.route_name" -> choice.routeName();
      case "xds.virtual_host_name" -> choice.virtualHostName();
      case "xds.cluster_name" -> choice.cluster(head);
      default -> null;
    };
  }

  /** A text as it is written, its backslashes resolved; null where it is none. */
  private static @Nullable String text(String literal) {
    Matcher matcher = TEXT.matcher(literal.strip());
    if (!matcher.matches()) {
      return null;
    }
    String inside = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    return inside.replace("\\\\", "\\");
  }

  /** The first match, rewritten; null where there is none. */
  private static @Nullable String extracted(String from, String regex, String rewrite) {
    try {
      Matcher matcher = Pattern.compile(regex).matcher(from);
      return matcher.find()
          ? new Substitution(new Rewrites.RegexRewrite(regex, rewrite)).apply(matcher)
          : null;
    } catch (PatternSyntaxException e) {
      return null; // Envoy says nothing for an expression that fails
    }
  }
}
