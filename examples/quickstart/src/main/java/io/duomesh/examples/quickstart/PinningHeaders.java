package io.duomesh.examples.quickstart;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Headers with which a call matches a route. */
final class PinningHeaders {
  private PinningHeaders() {}

  /** A value for each header that the route asks for, and none for those that must be absent. */
  static Map<String, String> of(MeshRoute route) {
    List<HeaderMatcher> matchers = route.route().getMatch().getHeadersList();
    StepFailed.unless(!matchers.isEmpty(), route + " asks for no header");
    Map<String, String> headers = new LinkedHashMap<>();
    for (HeaderMatcher matcher : matchers) {
      String value = value(route, matcher);
      if (value != null) {
        headers.put(matcher.getName(), value);
      }
    }
    return headers;
  }

  /** A value that matches; null where the header must be absent. */
  private static @Nullable String value(MeshRoute route, HeaderMatcher matcher) {
    List<@Nullable String> candidates = new ArrayList<>();
    candidates.add(like(matcher));
    candidates.add("yes");
    candidates.add("not-" + like(matcher) + "-at-all");
    candidates.add("-1");
    candidates.add(null);
    for (String candidate : candidates) {
      if (HeaderRule.matches(matcher, candidate)) {
        return candidate;
      }
    }
    throw new StepFailed(
        route
            + ": the quickstart finds no value for which this matches: "
            + matcher.toString().strip().replaceAll("\\s+", " "));
  }

  /** A value that matches where the matcher is not inverted. */
  private static String like(HeaderMatcher matcher) {
    return switch (matcher.getHeaderMatchSpecifierCase()) {
      case STRING_MATCH -> like(matcher.getStringMatch());
      case EXACT_MATCH -> matcher.getExactMatch();
      case PREFIX_MATCH -> matcher.getPrefixMatch() + "x";
      case SUFFIX_MATCH -> "x" + matcher.getSuffixMatch();
      case CONTAINS_MATCH -> "x" + matcher.getContainsMatch() + "x";
      case SAFE_REGEX_MATCH -> regex(matcher.getSafeRegexMatch().getRegex());
      case RANGE_MATCH -> String.valueOf(matcher.getRangeMatch().getStart());
      default -> "yes";
    };
  }

  private static String like(StringMatcher matcher) {
    return switch (matcher.getMatchPatternCase()) {
      case EXACT -> matcher.getExact();
      case PREFIX -> matcher.getPrefix() + "x";
      case SUFFIX -> "x" + matcher.getSuffix();
      case CONTAINS -> "x" + matcher.getContains() + "x";
      case SAFE_REGEX -> regex(matcher.getSafeRegex().getRegex());
      default -> "yes";
    };
  }

  private static String regex(String regex) {
    String example = RegexExample.of(regex);
    return example == null ? "yes" : example;
  }
}
