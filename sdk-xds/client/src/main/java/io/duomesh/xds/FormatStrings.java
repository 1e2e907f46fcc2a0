package io.duomesh.xds;

import io.duomesh.traffic.FormatString;
import java.util.Set;

/** Checks substitution format strings: Envoy refuses commands that it does not know. */
final class FormatStrings {
  private static final Set<String> COMMANDS =
      Set.of("REQ", "RESP", "PATH", "PROTOCOL", "ROUTE_NAME");

  private FormatStrings() {}

  /**
   * The format string itself, once it is known to be one.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static String checked(String format) {
    if (format.indexOf('%') < 0) {
      return format;
    }
    for (FormatString.Part part : FormatString.parse(format).parts()) {
      if (part instanceof FormatString.Command command && !COMMANDS.contains(command.name())) {
        throw new IllegalArgumentException(
            "format string " + format + ": no command " + command.name());
      }
    }
    return format;
  }
}
