package io.duomesh.xds;

import io.duomesh.traffic.FormatString;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks substitution format strings: Envoy refuses commands that it does not know. */
final class FormatStrings {
  private static final Map<String, List<String>> COMMANDS = load("format-commands.txt");
  private static final Set<String> OF_HEADERS =
      Set.of("REQ", "REQUEST_HEADER", "STREAM_INFO_REQ", "RESP", "RESPONSE_HEADER", "TRAILER");
  private static final Pattern HEADERS =
      Pattern.compile("[:0-9a-zA-Z!#$&'*+.^_|~`-]*(?:\\?[:0-9a-zA-Z!#$&'*+.^_|~`-]*)?");
  private static final Pattern PATH =
      Pattern.compile("(?:|WQ|NQ)(?::(?:|ORIG|PATH|ORIG_OR_PATH))?");

  private FormatStrings() {}

  private static Map<String, List<String>> load(String resource) {
    Map<String, List<String>> commands = new HashMap<>();
    try (InputStream stream = FormatStrings.class.getResourceAsStream(resource)) {
      byte[] bytes = Objects.requireNonNull(stream, resource).readAllBytes();
      for (String line : new String(bytes, StandardCharsets.US_ASCII).split("\n")) {
        if (!line.startsWith("#")) {
          List<String> words = List.of(line.split(" "));
          commands.put(words.get(0), words.subList(1, words.size()));
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
    List<String> rules = COMMANDS.get(name);
    if (rules == null) {
      throw new IllegalArgumentException("format string: no command " + name);
    }
    if (rules.contains("required") && argument.isEmpty()) {
      throw new IllegalArgumentException("format string: " + name + " requires parameters");
    }
    if (rules.contains("none") && !argument.isEmpty()) {
      throw new IllegalArgumentException("format string: " + name + " takes no parameters");
    }
    if (!rules.contains("length") && command.maxLength() >= 0) {
      throw new IllegalArgumentException("format string: " + name + " allows no length");
    }
    boolean wrongHeaders = OF_HEADERS.contains(name) && !HEADERS.matcher(argument).matches();
    boolean wrongPath = name.equals("PATH") && !PATH.matcher(argument).matches();
    if (wrongHeaders || wrongPath) {
      throw new IllegalArgumentException("format string: invalid " + name + "(" + argument + ")");
    }
  }
}
