package io.duomesh.xds;

import io.duomesh.traffic.PathMatcher;
import io.duomesh.traffic.Rewrites;
import io.duomesh.traffic.UriTemplate;
import io.duomesh.xds.proto.envoy.config.core.v3.TypedExtensionConfig;
import io.duomesh.xds.proto.envoy.config.route.v3.RouteAction;
import io.duomesh.xds.proto.envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the rewrites of a {@code RouteAction}. */
final class RewritesParser {
  private static final Pattern REWRITE =
      Pattern.compile("/(?:[a-zA-Z0-9-._~%!$&'()+,;:@*=/]|\\{[a-zA-Z][a-zA-Z0-9_]*})*");
  private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");

  private RewritesParser() {}

  static Rewrites parse(RouteAction action, PathMatcher path) {
    int kinds =
        (action.getPrefixRewrite().isEmpty() ? 0 : 1)
            + (action.hasRegexRewrite() ? 1 : 0)
            + (action.hasPathRewritePolicy() ? 1 : 0)
            + (action.getPathRewrite().isEmpty() ? 0 : 1);
    if (kinds > 1) {
      throw new IllegalArgumentException(
          "only one of prefix_rewrite, regex_rewrite, path_rewrite and path_rewrite_policy may be"
              + " set");
    }
    if (path instanceof PathMatcher.UriTemplate && !action.getPrefixRewrite().isEmpty()) {
      throw new IllegalArgumentException("prefix_rewrite cannot be used with path_match_policy");
    }
    Rewrites rewrites =
        new Rewrites(
            text(action.getPrefixRewrite()),
            action.hasRegexRewrite()
                ? FieldPath.in(
                    "regex_rewrite", () -> StringMatcherParser.rewrite(action.getRegexRewrite()))
                : null,
            action.hasPathRewritePolicy()
                ? FieldPath.in(
                    "path_rewrite_policy", () -> template(action.getPathRewritePolicy(), path))
                : null,
            format("path_rewrite", action.getPathRewrite()),
            text(action.getHostRewriteLiteral()),
            text(action.getHostRewriteHeader()),
            action.hasHostRewritePathRegex()
                ? FieldPath.in(
                    "host_rewrite_path_regex",
                    () -> StringMatcherParser.rewrite(action.getHostRewritePathRegex()))
                : null,
            format("host_rewrite", action.getHostRewrite()),
            action.getAutoHostRewrite().getValue(),
            action.getAppendXForwardedHost());
    return rewrites.equals(Rewrites.NONE) ? Rewrites.NONE : rewrites;
  }

  private static String template(TypedExtensionConfig policy, PathMatcher path) {
    String template =
        Anys.unpack(policy.getTypedConfig(), UriTemplateRewriteConfig.class)
            .getPathTemplateRewrite();
    if (!REWRITE.matcher(template).matches() || template.contains("//")) {
      throw new IllegalArgumentException("path_template_rewrite " + template + " is invalid");
    }
    if (!(path instanceof PathMatcher.UriTemplate matched)) {
      throw new IllegalArgumentException("needs a path_match_policy with a URI template");
    }
    UriTemplate variables = UriTemplate.parse(matched.template());
    Matcher used = VARIABLE.matcher(template);
    while (used.find()) {
      if (!variables.variables().contains(used.group(1))) {
        throw new IllegalArgumentException(
            "path_template_rewrite "
                + template
                + ": no variable "
                + used.group(1)
                + " in "
                + matched.template());
      }
    }
    return template;
  }

  private static @Nullable String format(String field, String format) {
    return format.isEmpty() ? null : FieldPath.in(field, () -> FormatStrings.checked(format));
  }

  private static @Nullable String text(String value) {
    return value.isEmpty() ? null : value;
  }
}
