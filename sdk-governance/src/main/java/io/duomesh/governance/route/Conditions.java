package io.duomesh.governance.route;

import io.duomesh.traffic.CookieMatcher;
import io.duomesh.traffic.HeaderMatcher;
import io.duomesh.traffic.QueryParameterMatcher;
import io.duomesh.traffic.RouteMatch;
import io.duomesh.traffic.RuntimeFraction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The conditions of a {@link RouteMatch} beside its path. */
final class Conditions {
  private Conditions() {}

  static Condition[] of(RouteMatch match) {
    List<Condition> all = new ArrayList<>();
    if (match.never() != null) {
      all.add(new Never(match.never()));
    }
    if (match.grpcOnly()) {
      all.add(new Grpc());
    }
    for (HeaderMatcher header : match.headers()) {
      all.add(new HeaderCondition(header));
    }
    for (QueryParameterMatcher query : match.queryParameters()) {
      all.add(new Query(query, query.text() == null ? null : TextTest.of(query.text())));
    }
    for (CookieMatcher cookie : match.cookies()) {
      all.add(new Cookie(cookie, TextTest.of(cookie.text())));
    }
    if (match.fraction() != null) {
      all.add(new Fraction(match.fraction()));
    }
    return all.toArray(new Condition[0]);
  }

  private record Never(String what) implements Condition {
    @Override
    public boolean test(RequestHead head, long random) {
      return false;
    }

    @Override
    public String toString() {
      return what;
    }
  }

  private record Grpc() implements Condition {
    @Override
    public boolean test(RequestHead head, long random) {
      return head.grpc();
    }

    @Override
    public String toString() {
      return "is gRPC";
    }
  }

  private record Fraction(RuntimeFraction fraction) implements Condition {
    @Override
    public boolean test(RequestHead head, long random) {
      return Long.remainderUnsigned(random, fraction.denominator()) < fraction.numerator();
    }

    @Override
    public String toString() {
      return "is among " + fraction.numerator() + " of " + fraction.denominator();
    }
  }

  private record Query(QueryParameterMatcher matcher, @Nullable TextTest text)
      implements Condition {
    @Override
    public boolean test(RequestHead head, long random) {
      String value = QueryString.first(head.path(), matcher.name());
      if (text == null) {
        return (value != null) == matcher.present();
      }
      return value != null && text.test(value);
    }

    @Override
    public String toString() {
      String what = matcher.present() ? "is present" : "is absent";
      return "query parameter " + matcher.name() + " " + (text == null ? what : text.text());
    }
  }

  private record Cookie(CookieMatcher matcher, TextTest text) implements Condition {
    @Override
    public boolean test(RequestHead head, long random) {
      String value = Cookies.value(head, matcher.name());
      return value == null ? matcher.invert() : text.test(value) != matcher.invert();
    }

    @Override
    public String toString() {
      return "cookie " + matcher.name() + (matcher.invert() ? " not " : " ") + text.text();
    }
  }
}
