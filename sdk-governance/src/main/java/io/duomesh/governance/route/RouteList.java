package io.duomesh.governance.route;

import io.duomesh.traffic.RouteTree;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The routes of a host: a list, or a tree whose leaves are lists. */
sealed interface RouteList {
  /** The routes to be tried for a request, in order. */
  default List<CompiledRoute> routes(RequestHead head) {
    List<CompiledRoute> found = find(head);
    return found == null ? List.of() : found;
  }

  /** The same; null where no leaf is reached, so that the tree around it goes on. */
  @Nullable List<CompiledRoute> find(RequestHead head);

  /** Routes that are the same for every request. */
  record Fixed(List<CompiledRoute> all) implements RouteList {
    @Override
    public List<CompiledRoute> find(RequestHead head) {
      return all;
    }
  }

  /** Routes that depend on the request. */
  record Tree(List<Branch> branches, @Nullable RouteList otherwise) implements RouteList {
    @Override
    public @Nullable List<CompiledRoute> find(RequestHead head) {
      for (Branch branch : branches) {
        List<CompiledRoute> found = branch.when().test(head, 0) ? branch.then().find(head) : null;
        if (found != null) {
          return found;
        }
      }
      return otherwise == null ? null : otherwise.find(head);
    }
  }

  /** A condition and where it leads. */
  record Branch(Condition when, RouteList then) {}

  static RouteList of(RouteTree tree, Function<RouteTree.Routes, RouteList> leaf) {
    List<Branch> branches = new ArrayList<>();
    for (RouteTree.Branch branch : tree.branches()) {
      branches.add(new Branch(TreeCondition.of(branch.when()), of(branch.then(), leaf)));
    }
    RouteTree.Outcome otherwise = tree.otherwise();
    return new Tree(branches, otherwise == null ? null : of(otherwise, leaf));
  }

  private static RouteList of(
      RouteTree.Outcome outcome, Function<RouteTree.Routes, RouteList> leaf) {
    return outcome instanceof RouteTree.Nested nested
        ? of(nested.tree(), leaf)
        : leaf.apply((RouteTree.Routes) outcome);
  }
}
