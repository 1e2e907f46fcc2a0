package io.duomesh.examples.quickstart;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What Envoy's documentation says of a matcher of a header, told once more and apart from the SDK,
 * so that an expectation is not worked out by what it is to check.
 */
final class HeaderRule {
  private HeaderRule() {}

  /** Whether a header matches; its value is null where the call has none of that name. */
  static boolean matches(HeaderMatcher matcher, @Nullable String value) {
    boolean asked =
        switch (matcher.getHeaderMatchSpecifierCase()) {
          case PRESENT_MATCH -> (value != null) == matcher.getPresentMatch();
          case HEADERMATCHSPECIFIER_NOT_SET -> value != null;
          default -> {
            if (value == null && !matcher.getTreatMissingHeaderAsEmpty()) {
              yield matcher.getInvertMatch(); // what is not there does not match, inverted or not
            }
            yield matchesText(matcher, value == null ? "" : value);
          }
        };
    return asked != matcher.getInvertMatch();
  }

  private static boolean matchesText(HeaderMatcher matcher, String value) {
    return switch (matcher.getHeaderMatchSpecifierCase()) {
      case STRING_MATCH -> matches(matcher.getStringMatch(), value);
      case EXACT_MATCH -> value.equals(matcher.getExactMatch());
      case PREFIX_MATCH -> value.startsWith(matcher.getPrefixMatch());
      case SUFFIX_MATCH -> value.endsWith(matcher.getSuffixMatch());
      case CONTAINS_MATCH -> value.contains(matcher.getContainsMatch());
      case SAFE_REGEX_MATCH -> Pattern.matches(matcher.getSafeRegexMatch().getRegex(), value);
      case RANGE_MATCH -> {
        try {
          long number = Long.parseLong(value);
          yield number >= matcher.getRangeMatch().getStart()
              && number < matcher.getRangeMatch().getEnd();
        } catch (NumberFormatException e) {
          yield false;
        }
      }
      default -> throw new StepFailed("a header matcher unknown here: " + matcher);
    };
  }

  private static boolean matches(StringMatcher matcher, String given) {
    String value = matcher.getIgnoreCase() ? given.toLowerCase(Locale.ROOT) : given;
    return switch (matcher.getMatchPatternCase()) {
      case EXACT -> value.equals(cased(matcher, matcher.getExact()));
      case PREFIX -> value.startsWith(cased(matcher, matcher.getPrefix()));
      case SUFFIX -> value.endsWith(cased(matcher, matcher.getSuffix()));
      case CONTAINS -> value.contains(cased(matcher, matcher.getContains()));
      case SAFE_REGEX -> Pattern.matches(matcher.getSafeRegex().getRegex(), given);
      default -> throw new StepFailed("a string matcher unknown here: " + matcher);
    };
  }

  private static String cased(StringMatcher matcher, String text) {
    return matcher.getIgnoreCase() ? text.toLowerCase(Locale.ROOT) : text;
  }
}
