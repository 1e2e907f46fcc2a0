package io.duomesh.cli;

import java.io.PrintStream;
import java.util.List;

/** What the tool can do; one class each. */
interface Command {
  /** The word that selects it. */
  String name();

  /** Its arguments, for the help text. */
  String usage();

  /**
   * Does it.
   *
   * @param arguments what follows the name
   * @param out results
   * @param err what went wrong, for a person
   * @return the exit code
   * @throws IllegalArgumentException if the arguments are wrong, saying how
   */
  int run(List<String> arguments, PrintStream out, PrintStream err);
}
