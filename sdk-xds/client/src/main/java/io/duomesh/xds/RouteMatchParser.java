package io.duomesh.xds;

import io.duomesh.traffic.CookieMatcher;
import io.duomesh.traffic.PathMatcher;
import io.duomesh.traffic.QueryParameterMatcher;
import io.duomesh.traffic.RouteMatch;
import io.duomesh.traffic.UriTemplate;
import io.duomesh.xds.proto.envoy.config.core.v3.TypedExtensionConfig;
import io.duomesh.xds.proto.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig;
import io.duomesh.xds.proto.envoy.type.matcher.v3.MetadataMatcher;
import io.duomesh.xds.proto.envoy.type.matcher.v3.ValueMatcher;
import org.jspecify.annotations.Nullable;

/** Reads {@code RouteMatch}. */
final class RouteMatchParser {
  private RouteMatchParser() {}

  static RouteMatch parse(io.duomesh.xds.proto.envoy.config.route.v3.RouteMatch match) {
    return new RouteMatch(
        path(match),
        !match.hasCaseSensitive() || match.getCaseSensitive().getValue(),
        FieldPath.each("headers", match.getHeadersList(), HeaderMatcherParser::parse),
        FieldPath.each("query_parameters", match.getQueryParametersList(), RouteMatchParser::query),
        FieldPath.each("cookies", match.getCookiesList(), RouteMatchParser::cookie),
        match.hasRuntimeFraction() ? CommonParsers.fraction(match.getRuntimeFraction()) : null,
        match.hasGrpc(),
        never(match));
  }

  private static PathMatcher path(io.duomesh.xds.proto.envoy.config.route.v3.RouteMatch match) {
    return switch (match.getPathSpecifierCase()) {
      case PREFIX -> new PathMatcher.Prefix(match.getPrefix());
      case PATH -> new PathMatcher.Exact(match.getPath());
      case SAFE_REGEX ->
          FieldPath.in(
              "safe_regex",
              () ->
                  new PathMatcher.Regex(
                      StringMatcherParser.regex(match.getSafeRegex().getRegex())));
      case PATH_SEPARATED_PREFIX ->
          new PathMatcher.PathSeparatedPrefix(match.getPathSeparatedPrefix());
      case CONNECT_MATCHER -> new PathMatcher.Connect();
      case PATH_MATCH_POLICY ->
          FieldPath.in("path_match_policy", () -> template(match.getPathMatchPolicy()));
      default -> throw new IllegalArgumentException("path_specifier must be set");
    };
  }

  private static PathMatcher template(TypedExtensionConfig policy) {
    String template =
        Anys.unpack(policy.getTypedConfig(), UriTemplateMatchConfig.class).getPathTemplate();
    UriTemplate.parse(template);
    return new PathMatcher.UriTemplate(template);
  }

  private static QueryParameterMatcher query(
      io.duomesh.xds.proto.envoy.config.route.v3.QueryParameterMatcher matcher) {
    return switch (matcher.getQueryParameterMatchSpecifierCase()) {
      case STRING_MATCH ->
          new QueryParameterMatcher(
              matcher.getName(), StringMatcherParser.parse(matcher.getStringMatch()), true);
      case PRESENT_MATCH ->
          new QueryParameterMatcher(matcher.getName(), null, matcher.getPresentMatch());
      default -> new QueryParameterMatcher(matcher.getName(), null, true);
    };
  }

  private static CookieMatcher cookie(
      io.duomesh.xds.proto.envoy.config.route.v3.CookieMatcher matcher) {
    return new CookieMatcher(
        matcher.getName(),
        StringMatcherParser.parse(matcher.getStringMatch()),
        matcher.getInvertMatch());
  }

  /** A call comes without client certificate, dynamic metadata and filter state. */
  private static @Nullable String never(
      io.duomesh.xds.proto.envoy.config.route.v3.RouteMatch match) {
    var tls = match.getTlsContext();
    if (tls.getPresented().getValue() || tls.getValidated().getValue()) {
      return "client certificate";
    }
    for (MetadataMatcher metadata : match.getDynamicMetadataList()) {
      if (!absentMatches(metadata.getValue()) != metadata.getInvert()) {
        return "dynamic metadata of " + metadata.getFilter();
      }
    }
    return match.getFilterStateCount() == 0
        ? null
        : "filter state " + match.getFilterState(0).getKey();
  }

  private static boolean absentMatches(ValueMatcher matcher) {
    return matcher.hasOrMatch()
        && matcher.getOrMatch().getValueMatchersList().stream()
            .anyMatch(RouteMatchParser::absentMatches);
  }
}
