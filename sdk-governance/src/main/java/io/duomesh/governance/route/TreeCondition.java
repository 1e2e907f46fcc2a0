package io.duomesh.governance.route;

import io.duomesh.traffic.RouteTree;
import java.util.Locale;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

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
      String value = joined(head);
      return value != null && text.test(value);
    }

    private @Nullable String joined(RequestHead head) {
      String first = head.header(name);
      if (first == null || name.startsWith(":") || name.equals("host")) {
        return first;
      }
      StringJoiner all = new StringJoiner(",");
      for (int i = 0; i < head.size(); i++) {
        if (name.equalsIgnoreCase(head.name(i))) {
          all.add(head.value(i));
        }
      }
      return all.toString();
    }
  }
}
