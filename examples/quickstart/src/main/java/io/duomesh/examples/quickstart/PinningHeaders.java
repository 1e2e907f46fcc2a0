package io.duomesh.examples.quickstart;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.LinkedHashMap;
import java.util.Map;

/** Headers with which a call matches a route. */
final class PinningHeaders {
  private PinningHeaders() {}

  /** A value for each header that the route asks for. */
  static Map<String, String> of(MeshRoute route) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (HeaderMatcher matcher : route.route().getMatch().getHeadersList()) {
      StepFailed.unless(
          !matcher.getInvertMatch(), route + ": the quickstart cannot guess an inverted header");
      headers.put(matcher.getName(), value(route, matcher));
    }
    StepFailed.unless(!headers.isEmpty(), route + " asks for no header");
    return headers;
  }

  private static String value(MeshRoute route, HeaderMatcher matcher) {
    return switch (matcher.getHeaderMatchSpecifierCase()) {
      case STRING_MATCH -> value(route, matcher.getStringMatch());
      case EXACT_MATCH -> matcher.getExactMatch();
      case PREFIX_MATCH -> matcher.getPrefixMatch() + "x";
      case SUFFIX_MATCH -> "x" + matcher.getSuffixMatch();
      case CONTAINS_MATCH -> "x" + matcher.getContainsMatch() + "x";
      case RANGE_MATCH -> String.valueOf(matcher.getRangeMatch().getStart());
      case PRESENT_MATCH, HEADERMATCHSPECIFIER_NOT_SET -> "yes";
      default -> throw unguessable(route, matcher.getName());
    };
  }

  private static String value(MeshRoute route, StringMatcher matcher) {
    return switch (matcher.getMatchPatternCase()) {
      case EXACT -> matcher.getExact();
      case PREFIX -> matcher.getPrefix() + "x";
      case SUFFIX -> "x" + matcher.getSuffix();
      case CONTAINS -> "x" + matcher.getContains() + "x";
      default -> throw unguessable(route, matcher.getMatchPatternCase().name());
    };
  }

  private static StepFailed unguessable(MeshRoute route, String what) {
    return new StepFailed(
        route
            + ": the quickstart cannot guess a header that matches "
            + what
            + " (it can for exact, prefix, suffix, contains, range and present)");
  }
}
