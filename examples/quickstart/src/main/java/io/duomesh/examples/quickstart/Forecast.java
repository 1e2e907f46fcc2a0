package io.duomesh.examples.quickstart;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the calls of one method should get by the routes of a virtual host: the first that matches
 * takes a call. One random number a call decides the fractions of matches and the weights of
 * clusters alike, so all its values are gone through.
 *
 * @param clusters the share of each cluster, 0 to 1
 */
record Forecast(Map<String, Double> clusters) {
  /** Beyond so many values a sample of as many is taken. */
  private static final long MOST = 2_000_000;

  /** Of calls that place an order with these headers, to the virtual host of a route. */
  static Forecast ofOrders(MeshRoute route, Map<String, String> headers) {
    List<Route> matching = matching(route, "place", headers);
    long period = 1;
    for (Route each : matching) {
      period = common(period, denominator(each.getMatch()));
      period = common(period, total(weights(route, each)));
    }
    return new Forecast(count(route, matching, period));
  }

  /** The route that takes the calls of a method whose random number is 0. */
  static MeshRoute first(MeshRoute host, String method) {
    Route route = taken(host, matching(host, method, Map.of()), 0);
    return new MeshRoute(host.mesh(), host.configuration(), host.host(), route);
  }

  /** The routes that may take a call, in order: the last takes what the others leave. */
  private static List<Route> matching(MeshRoute at, String method, Map<String, String> headers) {
    String path = "/" + OrderService.class.getName() + "/" + method;
    List<Route> matching = new ArrayList<>();
    for (Route route : at.host().getRoutesList()) {
      if (matches(at, route.getMatch(), path, headers)) {
        matching.add(route);
        if (!route.getMatch().hasRuntimeFraction()) {
          break;
        }
      }
    }
    return matching;
  }

  private static Map<String, Double> count(MeshRoute at, List<Route> matching, long period) {
    Map<String, Double> shares = new LinkedHashMap<>();
    matching.forEach(route -> weights(at, route).forEach((name, w) -> shares.put(name, 0.0)));
    SplittableRandom sample = new SplittableRandom(1);
    long values = Math.min(period, MOST);
    for (long i = 0; i < values; i++) {
      long random = period <= MOST ? i : sample.nextLong(Long.MAX_VALUE);
      shares.merge(cluster(at, matching, random), 1.0 / values, Double::sum);
    }
    return shares;
  }

  private static String cluster(MeshRoute at, List<Route> matching, long random) {
    Route route = taken(at, matching, random);
    Map<String, Integer> weights = weights(at, route);
    long left = random % Math.max(1, total(weights));
    for (Map.Entry<String, Integer> each : weights.entrySet()) {
      left -= each.getValue();
      if (left < 0) {
        return each.getKey();
      }
    }
    throw new StepFailed("route " + route.getName() + " leads to no cluster");
  }

  private static Route taken(MeshRoute at, List<Route> matching, long random) {
    for (Route route : matching) {
      RouteMatch match = route.getMatch();
      long hit = match.getRuntimeFraction().getDefaultValue().getNumerator();
      if (!match.hasRuntimeFraction() || random % denominator(match) < hit) {
        return route;
      }
    }
    throw new StepFailed("some calls to " + at.target() + " match no route");
  }

  private static Map<String, Integer> weights(MeshRoute at, Route route) {
    return new MeshRoute(at.mesh(), at.configuration(), at.host(), route).weights();
  }

  private static long total(Map<String, Integer> weights) {
    return weights.values().stream().mapToLong(Integer::longValue).sum();
  }

  private static long denominator(RouteMatch match) {
    FractionalPercent fraction = match.getRuntimeFraction().getDefaultValue();
    return switch (fraction.getDenominator()) {
      case TEN_THOUSAND -> 10_000;
      case MILLION -> 1_000_000;
      default -> match.hasRuntimeFraction() ? 100 : 1;
    };
  }

  private static long common(long a, long b) {
    long x = a;
    long y = Math.max(b, 1);
    while (y != 0) {
      long rest = x % y;
      x = y;
      y = rest;
    }
    return a / x * Math.max(b, 1);
  }

  private static boolean matches(
      MeshRoute at, RouteMatch match, String path, Map<String, String> headers) {
    for (HeaderMatcher header : match.getHeadersList()) {
      if (!HeaderRule.matches(header, value(at, header.getName(), path, headers))) {
        return false;
      }
    }
    boolean cased = !match.hasCaseSensitive() || match.getCaseSensitive().getValue();
    return match.getQueryParametersList().isEmpty() && matchesPath(match, path, cased);
  }

  private static @Nullable String value(
      MeshRoute at, String name, String path, Map<String, String> headers) {
    return switch (name) {
      case ":path" -> path;
      case ":method" -> "POST";
      case ":authority", "host" -> at.target();
      default -> headers.get(name);
    };
  }

  private static boolean matchesPath(RouteMatch match, String path, boolean cased) {
    String lower = path.toLowerCase(Locale.ROOT);
    return switch (match.getPathSpecifierCase()) {
      case PREFIX ->
          cased
              ? path.startsWith(match.getPrefix())
              : lower.startsWith(match.getPrefix().toLowerCase(Locale.ROOT));
      case PATH -> cased ? path.equals(match.getPath()) : path.equalsIgnoreCase(match.getPath());
      case PATH_SEPARATED_PREFIX ->
          (cased ? path : lower).startsWith(match.getPathSeparatedPrefix() + "/");
      case SAFE_REGEX -> Pattern.matches(match.getSafeRegex().getRegex(), path);
      default -> throw new StepFailed("the quickstart cannot tell what this matches: " + match);
    };
  }
}
