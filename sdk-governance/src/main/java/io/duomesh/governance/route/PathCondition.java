package io.duomesh.governance.route;

import com.google.re2j.Pattern;
import io.duomesh.traffic.PathMatcher;
import io.duomesh.traffic.UriTemplate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A {@link PathMatcher}: looks at the path without query (and without parameters, where the table
 * says so).
 */
final class PathCondition {
  private final PathMatcher matcher;
  private final Predicate<String> predicate;
  private final String text;
  private final boolean ignoreParameters;

  PathCondition(PathMatcher matcher, boolean caseSensitive, boolean ignoreParameters) {
    this.matcher = matcher;
    // Templates look at the whole path all the same.
    this.ignoreParameters = ignoreParameters && !(matcher instanceof PathMatcher.UriTemplate);
    boolean ignoreCase = !caseSensitive;
    if (matcher instanceof PathMatcher.Prefix m) {
      predicate = path -> starts(path, m.value(), ignoreCase);
      text = "starts with " + m.value();
    } else if (matcher instanceof PathMatcher.Exact m) {
      predicate = ignoreCase ? m.value()::equalsIgnoreCase : m.value()::equals;
      text = "is " + m.value();
    } else if (matcher instanceof PathMatcher.PathSeparatedPrefix m) {
      int length = m.value().length();
      predicate =
          path ->
              starts(path, m.value(), ignoreCase)
                  && (path.length() == length || path.charAt(length) == '/');
      text = "is below " + m.value();
    } else if (matcher instanceof PathMatcher.Regex m) {
      Pattern pattern = Pattern.compile(m.regex());
      predicate = path -> pattern.matcher(path).matches();
      text = "matches " + m.regex();
    } else if (matcher instanceof PathMatcher.UriTemplate m) {
      Pattern pattern = Pattern.compile(UriTemplate.parse(m.template()).regex());
      predicate = path -> pattern.matcher(path).matches();
      text = "fits " + m.template();
    } else {
      predicate = path -> false;
      text = "is of a CONNECT request";
    }
  }

  /** Whether only CONNECT requests are meant, which need no path. */
  boolean connect() {
    return matcher instanceof PathMatcher.Connect;
  }

  /** Whether the path, with its query, is meant. */
  boolean test(String pathWithQuery) {
    String path = withoutQuery(pathWithQuery);
    return predicate.test(ignoreParameters ? withoutParameters(path) : path);
  }

  /** How much of a path that matched a prefix rewrite replaces. */
  int matchedLength(String pathWithQuery) {
    String configured = fixedText(matcher);
    return configured == null ? withoutQuery(pathWithQuery).length() : configured.length();
  }

  private static @Nullable String fixedText(PathMatcher matcher) {
    if (matcher instanceof PathMatcher.Prefix m) {
      return m.value();
    }
    if (matcher instanceof PathMatcher.Exact m) {
      return m.value();
    }
    return matcher instanceof PathMatcher.PathSeparatedPrefix m ? m.value() : null;
  }

  private static boolean starts(String path, String prefix, boolean ignoreCase) {
    return path.regionMatches(ignoreCase, 0, prefix, 0, prefix.length());
  }

  static String withoutQuery(String path) {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '?' || c == '#') {
        return path.substring(0, i);
      }
    }
    return path;
  }

  private static String withoutParameters(String path) {
    if (path.indexOf(';') < 0) {
      return path;
    }
    StringBuilder kept = new StringBuilder(path.length());
    boolean in = true;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      in = c == '/' || (in && c != ';');
      if (in) {
        kept.append(c);
      }
    }
    return kept.toString();
  }

  @Override
  public String toString() {
    return "path " + text;
  }
}
