package io.duomesh.traffic;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a list of routes by conditions on the request ({@code
 * config.route.v3.VirtualHost.matcher}). The first branch whose condition holds is taken, and no
 * other, even if none of its routes matches.
 *
 * @param branches in order
 * @param otherwise where no condition holds; null for no route
 */
public record RouteTree(List<Branch> branches, @Nullable Outcome otherwise) {

  /** Copies the list. */
  public RouteTree {
    branches = List.copyOf(branches);
  }

  /** A condition and where it leads. */
  public record Branch(Condition when, Outcome then) {}

  /** What a request must be. */
  public sealed interface Condition {}

  /** A header, repeated ones joined by commas; an absent one is no match. */
  public record Header(String name, StringMatcher text) implements Condition {}

  /** All of several. */
  public record All(List<Condition> conditions) implements Condition {
    /** Copies the list. */
    public All {
      conditions = List.copyOf(conditions);
    }
  }

  /** One of several. */
  public record Any(List<Condition> conditions) implements Condition {
    /** Copies the list. */
    public Any {
      conditions = List.copyOf(conditions);
    }
  }

  /** The opposite. */
  public record Not(Condition condition) implements Condition {}

  /** Where a branch leads. */
  public sealed interface Outcome {}

  /** To routes, of which the first that matches is taken. */
  public record Routes(List<Route> routes) implements Outcome {
    /** Copies the list. */
    public Routes {
      routes = List.copyOf(routes);
    }
  }

  /** To another tree. */
  public record Nested(RouteTree tree) implements Outcome {}
}
