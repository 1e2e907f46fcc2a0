package io.duomesh.xds;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.duomesh.traffic.Rewrites;
import io.duomesh.traffic.StringMatcher;
import io.duomesh.xds.proto.envoy.type.matcher.v3.RegexMatchAndSubstitute;

/** Reads {@code StringMatcher} and regular expressions. */
final class StringMatcherParser {
  private StringMatcherParser() {}

  static StringMatcher parse(io.duomesh.xds.proto.envoy.type.matcher.v3.StringMatcher matcher) {
    boolean ignoreCase = matcher.getIgnoreCase();
    return switch (matcher.getMatchPatternCase()) {
      case EXACT -> new StringMatcher.Exact(matcher.getExact(), ignoreCase);
      case PREFIX -> new StringMatcher.Prefix(matcher.getPrefix(), ignoreCase);
      case SUFFIX -> new StringMatcher.Suffix(matcher.getSuffix(), ignoreCase);
      case CONTAINS -> new StringMatcher.Contains(matcher.getContains(), ignoreCase);
      case SAFE_REGEX -> {
        if (ignoreCase) {
          throw new IllegalArgumentException("ignore_case has no effect for safe_regex");
        }
        yield new StringMatcher.Regex(regex(matcher.getSafeRegex().getRegex()));
      }
      default ->
          throw new IllegalArgumentException(
              matcher.getMatchPatternCase() + " is no string matcher that is supported");
    };
  }

  static Rewrites.RegexRewrite rewrite(RegexMatchAndSubstitute rewrite) {
    return new Rewrites.RegexRewrite(
        regex(rewrite.getPattern().getRegex()), rewrite.getSubstitution());
  }

  /** The expression itself, once it is known to be one. */
  static String regex(String regex) {
    try {
      Pattern.compile(regex);
      return regex;
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("regex " + regex + ": " + e.getDescription(), e);
    }
  }
}
