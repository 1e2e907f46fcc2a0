package io.duomesh.xds;

import io.duomesh.traffic.RateLimitRule;
import io.duomesh.xds.proto.envoy.config.route.v3.RateLimit;

/** Reads {@code RateLimit}: how descriptors are made of a request. */
final class RateLimitRuleParser {
  private RateLimitRuleParser() {}

  static RateLimitRule parse(RateLimit rule) {
    return new RateLimitRule(
        rule.getStage().getValue(),
        FieldPath.each("actions", rule.getActionsList(), RateLimitRuleParser::action));
  }

  private static RateLimitRule.Action action(RateLimit.Action action) {
    return switch (action.getActionSpecifierCase()) {
      case GENERIC_KEY ->
          new RateLimitRule.GenericKey(
              orElse(action.getGenericKey().getDescriptorKey(), "generic_key"),
              action.getGenericKey().getDescriptorValue());
      case REQUEST_HEADERS ->
          new RateLimitRule.RequestHeader(
              action.getRequestHeaders().getHeaderName(),
              action.getRequestHeaders().getDescriptorKey(),
              action.getRequestHeaders().getSkipIfAbsent());
      case QUERY_PARAMETERS ->
          new RateLimitRule.QueryParameter(
              action.getQueryParameters().getQueryParameterName(),
              action.getQueryParameters().getDescriptorKey(),
              action.getQueryParameters().getSkipIfAbsent());
      case HEADER_VALUE_MATCH -> {
        var match = action.getHeaderValueMatch();
        yield new RateLimitRule.HeaderValueMatch(
            orElse(match.getDescriptorKey(), "header_match"),
            match.getDescriptorValue(),
            !match.hasExpectMatch() || match.getExpectMatch().getValue(),
            FieldPath.each("headers", match.getHeadersList(), HeaderMatcherParser::parse));
      }
      case REMOTE_ADDRESS -> new RateLimitRule.RemoteAddress();
      case REMOTE_ADDRESS_MATCH -> {
        var match = action.getRemoteAddressMatch();
        yield new RateLimitRule.RemoteAddressMatch(
            orElse(match.getDescriptorKey(), "remote_address_match"),
            FormatStrings.checked(match.getDescriptorValue()),
            match.getDefaultValue(),
            match.getAddressMatcher().getRangesList().stream()
                .map(range -> range.getAddressPrefix() + "/" + range.getPrefixLen().getValue())
                .toList(),
            match.getAddressMatcher().getInvertMatch());
      }
      case SOURCE_CLUSTER -> new RateLimitRule.SourceCluster();
      case DESTINATION_CLUSTER -> new RateLimitRule.DestinationCluster();
      default -> new RateLimitRule.Unknown(action.getActionSpecifierCase().name());
    };
  }

  private static String orElse(String text, String otherwise) {
    return text.isEmpty() ? otherwise : text;
  }
}
