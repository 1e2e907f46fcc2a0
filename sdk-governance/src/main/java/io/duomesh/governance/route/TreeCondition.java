package io.duomesh.governance.route;

import io.duomesh.traffic.RouteTree;
import java.util.Locale;

/** The conditions of a {@link RouteTree}. */
final class TreeCondition {
  private TreeCondition() {}

  static Condition of(RouteTree.Condition condition) {
    if (condition instanceof RouteTree.Header header) {
      return new Joined(header.name().toLowerCase(Locale.ROOT), TextTest.of(header.text()));
    }
    if (condition instanceof RouteTree.Not not) {
      Condition inner = of(not.condition());
      return (head, random) -> !inner.test(head, random);
    }
    boolean all = condition instanceof RouteTree.All;
    var parts =
        condition instanceof RouteTree.All a
            ? a.conditions()
            : ((RouteTree.Any) condition).conditions();
    Condition[] inner = parts.stream().map(TreeCondition::of).toArray(Condition[]::new);
    return (head, random) -> {
      for (Condition part : inner) {
        if (part.test(head, random) != all) {
          return !all;
        }
      }
      return all;
    };
  }

  private record Joined(String name, TextTest text) implements Condition {
    @Override
    public boolean test(RequestHead head, long random) {
      String value = head.joinedHeader(name);
      return value != null && text.test(value);
    }
  }
}
