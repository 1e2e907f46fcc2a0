package io.duomesh.xds;

import io.duomesh.traffic.FormatString;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks substitution format strings: Envoy refuses commands that it does not know. */
final class FormatStrings {
  private static final Pattern COLUMNS =
      Pattern.compile("(\\w+) (none|optional|required)( length)?(?: (.+))?");
  private static final Map<String, Rule> COMMANDS = load("format-commands.txt");

  /**
   * How a command is written.
   *
   * @param words what the table says of it
   * @param argument what its parameters look like
   */
  private record Rule(Set<String> words, Pattern argument) {}

  private FormatStrings() {}

  private static Map<String, Rule> load(String resource) {
    Map<String, Rule> commands = new HashMap<>();
    try (InputStream stream = FormatStrings.class.getResourceAsStream(resource)) {
      byte[] bytes = Objects.requireNonNull(stream, resource).readAllBytes();
      for (String line : new String(bytes, StandardCharsets.US_ASCII).split("\n")) {
        if (!line.startsWith("#")) {
          Matcher columns = COLUMNS.matcher(line);
          if (!columns.matches()) {
            throw new IllegalStateException(resource + ": " + line);
          }
          String pattern = columns.group(4) == null ? ".*" : columns.group(4);
          commands.put(
              columns.group(1),
              new Rule(
                  Set.of(columns.group(2), columns.group(3) == null ? "" : "length"),
                  Pattern.compile(pattern, Pattern.DOTALL)));
        }
      }
      return commands;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The format string itself, once it is known to be one.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static String checked(String format) {
    if (format.indexOf('%') >= 0) {
      for (FormatString.Part part : FormatString.parse(format).parts()) {
        if (part instanceof FormatString.Command command) {
          check(command);
        }
      }
    }
    return format;
  }

  private static void check(FormatString.Command command) {
    String name = command.name();
    String argument = command.argument() == null ? "" : command.argument();
    Rule rule = COMMANDS.get(name);
    if (rule == null) {
      throw new IllegalArgumentException("format string: no command " + name);
    }
    Set<String> rules = rule.words();
    if (rules.contains("required") && argument.isEmpty()) {
      throw new IllegalArgumentException("format string: " + name + " requires parameters");
    }
    if (rules.contains("none") && !argument.isEmpty()) {
      throw new IllegalArgumentException("format string: " + name + " takes no parameters");
    }
    if (!rules.contains("length") && command.maxLength() >= 0) {
      throw new IllegalArgumentException("format string: " + name + " allows no length");
    }
    if (!rule.argument().matcher(argument).matches()) {
      throw new IllegalArgumentException("format string: invalid " + name + "(" + argument + ")");
    }
  }
}
