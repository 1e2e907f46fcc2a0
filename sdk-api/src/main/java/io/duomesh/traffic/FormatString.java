package io.duomesh.traffic;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A substitution format string, as in added headers and rewrites: text with commands such as {@code
 * %REQ(x-user?:authority):8%}; {@code %%} is a percent sign.
 *
 * @param parts texts and commands, in order
 */
public record FormatString(List<Part> parts) {
  private static final Pattern COMMAND =
      Pattern.compile("%([A-Z0-9_]+)(?:\\((.*?)\\))?(?::([0-9]+))?%", Pattern.DOTALL);

  /** Copies the list. */
  public FormatString {
    parts = List.copyOf(parts);
  }

  /** A text or a command. */
  public sealed interface Part {}

  /** Text that stands for itself. */
  public record Text(String value) implements Part {}

  /**
   * What is replaced.
   *
   * @param name such as {@code REQ}
   * @param argument what stood in parentheses; null without them
   * @param maxLength where the outcome is cut off; -1 for nowhere
   */
  public record Command(String name, @Nullable String argument, int maxLength) implements Part {}

  /**
   * Reads a format string.
   *
   * @throws IllegalArgumentException if a percent sign starts no command
   */
  public static FormatString parse(String format) {
    List<Part> parts = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    Matcher command = COMMAND.matcher(format);
    int at = 0;
    while (at < format.length()) {
      char c = format.charAt(at);
      if (c != '%') {
        text.append(c);
        at++;
      } else if (format.startsWith("%%", at)) {
        text.append('%');
        at += 2;
      } else if (command.region(at, format.length()).lookingAt()) {
        if (!text.isEmpty()) {
          parts.add(new Text(text.toString()));
          text.setLength(0);
        }
        parts.add(new Command(command.group(1), command.group(2), length(command.group(3))));
        at = command.end();
      } else {
        throw new IllegalArgumentException(
            "format string: " + format + " (expected: a command at position " + at + ")");
      }
    }
    if (!text.isEmpty()) {
      parts.add(new Text(text.toString()));
    }
    return new FormatString(parts);
  }

  private static int length(@Nullable String digits) {
    if (digits == null) {
      return -1;
    }
    return digits.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(digits);
  }
}
