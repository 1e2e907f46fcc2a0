package io.duomesh.xds;

import io.duomesh.traffic.HeaderMatcher;
import io.duomesh.traffic.StringMatcher;

/** Reads {@code HeaderMatcher}, its deprecated kinds included. */
final class HeaderMatcherParser {
  private HeaderMatcherParser() {}

  static HeaderMatcher parse(io.duomesh.xds.proto.envoy.config.route.v3.HeaderMatcher matcher) {
    return new HeaderMatcher(
        matcher.getName(),
        test(matcher),
        matcher.getInvertMatch(),
        matcher.getTreatMissingHeaderAsEmpty());
  }

  private static HeaderMatcher.Test test(
      io.duomesh.xds.proto.envoy.config.route.v3.HeaderMatcher matcher) {
    return switch (matcher.getHeaderMatchSpecifierCase()) {
      // The deprecated field reads an empty text as "present".
      case EXACT_MATCH ->
          matcher.getExactMatch().isEmpty()
              ? new HeaderMatcher.Present(true)
              : text(new StringMatcher.Exact(matcher.getExactMatch(), false));
      case PREFIX_MATCH -> text(new StringMatcher.Prefix(matcher.getPrefixMatch(), false));
      case SUFFIX_MATCH -> text(new StringMatcher.Suffix(matcher.getSuffixMatch(), false));
      case CONTAINS_MATCH -> text(new StringMatcher.Contains(matcher.getContainsMatch(), false));
      case SAFE_REGEX_MATCH ->
          text(
              new StringMatcher.Regex(
                  StringMatcherParser.regex(matcher.getSafeRegexMatch().getRegex())));
      case STRING_MATCH -> text(StringMatcherParser.parse(matcher.getStringMatch()));
      case RANGE_MATCH ->
          new HeaderMatcher.Range(
              matcher.getRangeMatch().getStart(), matcher.getRangeMatch().getEnd());
      case PRESENT_MATCH -> new HeaderMatcher.Present(matcher.getPresentMatch());
      default -> new HeaderMatcher.Present(true);
    };
  }

  private static HeaderMatcher.Test text(StringMatcher matcher) {
    return new HeaderMatcher.Text(matcher);
  }
}
