package io.duomesh.governance.route;

import io.duomesh.traffic.HeaderMatcher;
import java.util.List;

/** Header matchers all of which must hold, compiled. Immutable. */
public final class HeaderTest {
  private final List<HeaderCondition> conditions;

  private HeaderTest(List<HeaderCondition> conditions) {
    this.conditions = conditions;
  }

  /**
   * Compiles matchers; none at all always hold.
   *
   * @throws com.google.re2j.PatternSyntaxException if an expression in them is none
   */
  public static HeaderTest of(List<HeaderMatcher> matchers) {
    return new HeaderTest(matchers.stream().map(HeaderCondition::new).toList());
  }

  /** Whether all of them hold for a request, or for a response put as one. */
  public boolean test(RequestHead head) {
    for (HeaderCondition condition : conditions) {
      if (!condition.test(head, 0)) {
        return false;
      }
    }
    return true;
  }
}
