package io.duomesh.governance.filter;

import io.duomesh.governance.route.HeaderTest;
import io.duomesh.governance.route.RouteChoice;
import io.duomesh.traffic.LocalRateLimit;
import io.duomesh.traffic.LocalRateLimit.Entry;
import io.duomesh.traffic.RateLimitRule;
import io.duomesh.traffic.RouteAction;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rate-limit rules of a stage, compiled: what descriptors a request has. Immutable. */
final class Descriptors {
  /** No rules. */
  static final Descriptors NONE = new Descriptors(List.of());

  private static final Entry SKIPPED = new Entry("", "");

  private final List<List<Step>> rules;

  private Descriptors(List<List<Step>> rules) {
    this.rules = rules;
  }

  /** One entry of a descriptor. */
  private interface Step {
    /** The entry; null drops the descriptor, {@link #SKIPPED} leaves only the entry out. */
    @Nullable Entry entry(CallHead head);
  }

  /**
   * Compiles the rules of a stage.
   *
   * @throws com.google.re2j.PatternSyntaxException if an expression in them is none
   */
  static Descriptors of(List<RateLimitRule> rules, int stage) {
    return new Descriptors(
        rules.stream()
            .filter(rule -> rule.stage() == stage)
            .map(rule -> rule.actions().stream().map(Descriptors::step).toList())
            .toList());
  }

  /** The rules of a route, and those of its host as the limit or the route says. */
  static List<RateLimitRule> rules(RouteChoice route, LocalRateLimit.HostRules option) {
    List<RateLimitRule> ofHost =
        route.virtualHost() == null ? List.of() : route.virtualHost().rateLimits();
    RouteAction.Forward forward =
        route.action() instanceof RouteAction.Forward forwards ? forwards : null;
    List<RateLimitRule> all = new ArrayList<>(forward == null ? List.of() : forward.rateLimits());
    boolean hosts =
        forward != null && forward.includeVirtualHostRateLimits()
            || switch (option) {
              case OVERRIDE -> all.isEmpty();
              case INCLUDE -> true;
              case IGNORE -> false;
            };
    if (hosts) {
      all.addAll(ofHost);
    }
    return all;
  }

  boolean isEmpty() {
    return rules.isEmpty();
  }

  /** The descriptors of a request, in the order of the rules. */
  List<List<Entry>> of(CallHead head) {
    List<List<Entry>> descriptors = new ArrayList<>(rules.size());
    for (List<Step> rule : rules) {
      List<Entry> entries = entries(rule, head);
      if (entries != null) {
        descriptors.add(entries);
      }
    }
    return descriptors;
  }

  private static @Nullable List<Entry> entries(List<Step> rule, CallHead head) {
    List<Entry> entries = new ArrayList<>(rule.size());
    for (Step step : rule) {
      Entry entry = step.entry(head);
      if (entry == null) {
        return null;
      }
      if (!entry.equals(SKIPPED)) {
        entries.add(entry);
      }
    }
    return entries;
  }

  private static Step step(RateLimitRule.Action action) {
    if (action instanceof RateLimitRule.GenericKey generic) {
      Entry entry = new Entry(generic.key(), generic.value());
      return head -> entry;
    }
    if (action instanceof RateLimitRule.RequestHeader header) {
      return head -> entry(header.key(), head.header(header.header()), header.skipIfAbsent());
    }
    if (action instanceof RateLimitRule.QueryParameter query) {
      return head ->
          entry(query.key(), decoded(head.queryParameter(query.name())), query.skipIfAbsent());
    }
    if (action instanceof RateLimitRule.HeaderValueMatch match) {
      HeaderTest test = HeaderTest.of(match.headers());
      Entry entry = new Entry(match.key(), match.value());
      return head -> test.test(head) == match.expect() ? entry : null;
    }
    if (action instanceof RateLimitRule.RemoteAddress) {
      return head -> entry("remote_address", head.remoteAddress(), false);
    }
    if (action instanceof RateLimitRule.RemoteAddressMatch match) {
      AddressStep step = new AddressStep(match);
      return head -> entry(match.key(), step.value(head), false);
    }
    if (action instanceof RateLimitRule.DestinationCluster) {
      return head -> entry("destination_cluster", head.cluster(), false);
    }
    return head -> null; // what is not known here drops the descriptor, and with it the limit
  }

  private static @Nullable Entry entry(String key, @Nullable String value, boolean skipIfAbsent) {
    if (value == null) {
      return skipIfAbsent ? SKIPPED : null;
    }
    return new Entry(key, value);
  }

  /** Percent-decoded; as it is where it cannot be. */
  private static @Nullable String decoded(@Nullable String value) {
    if (value == null || value.indexOf('%') < 0) {
      return value;
    }
    try {
      return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return value; // no such encoding: the text itself is the value
    }
  }
}
