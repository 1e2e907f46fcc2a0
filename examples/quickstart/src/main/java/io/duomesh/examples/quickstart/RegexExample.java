package io.duomesh.examples.quickstart;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** A text that a regular expression matches, for those that people write into routes. */
final class RegexExample {
  private static final String LETTERS = "a0A1-_.:/@ zZ9";

  private final String regex;
  private int at;

  private RegexExample(String regex) {
    this.regex = regex;
  }

  /** A text that matches; null where none is found. */
  static @Nullable String of(String regex) {
    try {
      String example = new RegexExample(regex).alternatives();
      return Pattern.matches(regex, example) ? example : null;
    } catch (PatternSyntaxException | IndexOutOfBoundsException | NumberFormatException e) {
      return null; // a construct that is not known here
    }
  }

  /** The first of the alternatives; reads over the others. */
  private String alternatives() {
    String first = sequence();
    while (at < regex.length() && regex.charAt(at) == '|') {
      at++;
      sequence();
    }
    return first;
  }

  private String sequence() {
    StringBuilder text = new StringBuilder();
    while (at < regex.length() && regex.charAt(at) != '|' && regex.charAt(at) != ')') {
      String atom = atom();
      text.append(atom.repeat(times()));
    }
    return text.toString();
  }

  private String atom() {
    int start = at;
    char c = regex.charAt(at++);
    switch (c) {
      case '^', '$':
        return "";
      case '(':
        if (regex.charAt(at) == '?') {
          at = regex.indexOf(':', at) + 1; // "(?:", "(?i:"
        }
        String inner = alternatives();
        at++;
        return inner;
      case '[':
        at = regex.indexOf(']', at + 1) + 1;
        return letter(regex.substring(start, at));
      case '\\':
        at++;
        return letter(regex.substring(start, at));
      case '.':
        return "a";
      default:
        return String.valueOf(c);
    }
  }

  /** A letter of a class. */
  private static String letter(String letterClass) {
    Pattern pattern = Pattern.compile(letterClass);
    for (char c = 0; c < LETTERS.length() + 128; c++) {
      char letter = c < LETTERS.length() ? LETTERS.charAt(c) : (char) (c - LETTERS.length());
      if (pattern.matcher(String.valueOf(letter)).matches()) {
        return String.valueOf(letter);
      }
    }
    return "";
  }

  /** How often the atom before is taken: as seldom as its quantifier allows, but not never. */
  private int times() {
    if (at == regex.length()) {
      return 1;
    }
    int times = 1;
    char c = regex.charAt(at);
    if (c == '{') {
      int end = regex.indexOf('}', at);
      times = Math.max(1, Integer.parseInt(regex.substring(at + 1, end).split(",", -1)[0]));
      at = end + 1;
    } else if (c == '*' || c == '+' || c == '?') {
      at++;
    } else {
      return 1;
    }
    if (at < regex.length() && regex.charAt(at) == '?') { // reluctant
      at++;
    }
    return times;
  }
}
