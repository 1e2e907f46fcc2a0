package io.duomesh.xds;

import io.duomesh.traffic.RouteTree;
import io.duomesh.traffic.StringMatcher;
import io.duomesh.xds.proto.envoy.config.route.v3.Route;
import io.duomesh.xds.proto.envoy.config.route.v3.RouteList;
import io.duomesh.xds.proto.envoy.type.matcher.v3.HttpRequestHeaderMatchInput;
import io.duomesh.xds.proto.xds.core.v3.TypedExtensionConfig;
import io.duomesh.xds.proto.xds.type.matcher.v3.Matcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Reads the {@code matcher} of a virtual host. Its inputs are request headers. */
final class RouteTreeParser {
  private final RouteParser routes;

  RouteTreeParser(RouteParser routes) {
    this.routes = routes;
  }

  RouteTree parse(Matcher matcher) {
    List<RouteTree.Branch> branches =
        switch (matcher.getMatcherTypeCase()) {
          case MATCHER_TREE -> FieldPath.in("matcher_tree", () -> map(matcher.getMatcherTree()));
          case MATCHER_LIST ->
              FieldPath.each(
                  "matcher_list.matchers",
                  matcher.getMatcherList().getMatchersList(),
                  field ->
                      new RouteTree.Branch(
                          condition(field.getPredicate()), outcome(field.getOnMatch())));
          default -> List.of();
        };
    return new RouteTree(
        branches,
        matcher.hasOnNoMatch()
            ? FieldPath.in("on_no_match", () -> outcome(matcher.getOnNoMatch()))
            : null);
  }

  private List<RouteTree.Branch> map(Matcher.MatcherTree tree) {
    String header = header(tree.getInput());
    List<RouteTree.Branch> branches = new ArrayList<>();
    boolean exact = tree.hasExactMatchMap();
    if (!exact && !tree.hasPrefixMatchMap()) {
      throw new IllegalArgumentException("custom_match is not supported");
    }
    var map = exact ? tree.getExactMatchMap().getMapMap() : tree.getPrefixMatchMap().getMapMap();
    map.entrySet().stream()
        .sorted(Comparator.comparingInt((Map.Entry<String, ?> e) -> e.getKey().length()).reversed())
        .forEach(
            entry -> {
              String key = entry.getKey();
              StringMatcher text =
                  exact
                      ? new StringMatcher.Exact(key, false)
                      : new StringMatcher.Prefix(key, false);
              RouteTree.Outcome then =
                  FieldPath.in("map[" + key + "]", () -> outcome(entry.getValue()));
              branches.add(new RouteTree.Branch(new RouteTree.Header(header, text), then));
            });
    return branches;
  }

  private RouteTree.Outcome outcome(Matcher.OnMatch match) {
    if (match.hasMatcher()) {
      return new RouteTree.Nested(parse(match.getMatcher()));
    }
    var action = match.getAction().getTypedConfig();
    if (action.is(RouteList.class)) {
      List<Route> list = Anys.unpack(action, RouteList.class).getRoutesList();
      return new RouteTree.Routes(FieldPath.each("routes", list, routes::parse));
    }
    return new RouteTree.Routes(List.of(routes.parse(Anys.unpack(action, Route.class))));
  }

  private RouteTree.Condition condition(Matcher.MatcherList.Predicate predicate) {
    return switch (predicate.getMatchTypeCase()) {
      case SINGLE_PREDICATE -> {
        var single = predicate.getSinglePredicate();
        if (!single.hasValueMatch()) {
          throw new IllegalArgumentException("custom_match is not supported");
        }
        yield new RouteTree.Header(header(single.getInput()), text(single.getValueMatch()));
      }
      case OR_MATCHER -> new RouteTree.Any(conditions(predicate.getOrMatcher()));
      case AND_MATCHER -> new RouteTree.All(conditions(predicate.getAndMatcher()));
      case NOT_MATCHER -> new RouteTree.Not(condition(predicate.getNotMatcher()));
      default -> throw new IllegalArgumentException("predicate must be set");
    };
  }

  private List<RouteTree.Condition> conditions(Matcher.MatcherList.Predicate.PredicateList list) {
    return FieldPath.each("predicate", list.getPredicateList(), this::condition);
  }

  private static String header(TypedExtensionConfig input) {
    return Anys.unpack(input.getTypedConfig(), HttpRequestHeaderMatchInput.class).getHeaderName();
  }

  private static StringMatcher text(
      io.duomesh.xds.proto.xds.type.matcher.v3.StringMatcher matcher) {
    boolean ignoreCase = matcher.getIgnoreCase();
    return switch (matcher.getMatchPatternCase()) {
      case EXACT -> new StringMatcher.Exact(matcher.getExact(), ignoreCase);
      case PREFIX -> new StringMatcher.Prefix(matcher.getPrefix(), ignoreCase);
      case SUFFIX -> new StringMatcher.Suffix(matcher.getSuffix(), ignoreCase);
      case CONTAINS -> new StringMatcher.Contains(matcher.getContains(), ignoreCase);
      case SAFE_REGEX ->
          new StringMatcher.Regex(StringMatcherParser.regex(matcher.getSafeRegex().getRegex()));
      default -> throw new IllegalArgumentException("value_match must be set");
    };
  }
}
