package io.duomesh.governance.route;

import com.google.re2j.Pattern;
import io.duomesh.traffic.StringMatcher;
import java.util.function.Predicate;

/** A {@link StringMatcher} made ready to be asked often. */
record TextTest(Predicate<String> predicate, String text) {

  static TextTest of(StringMatcher matcher) {
    if (matcher instanceof StringMatcher.Exact m) {
      return new TextTest(
          m.ignoreCase() ? m.value()::equalsIgnoreCase : m.value()::equals,
          "is " + quoted(m.value(), m.ignoreCase()));
    }
    if (matcher instanceof StringMatcher.Prefix m) {
      int length = m.value().length();
      return new TextTest(
          v -> v.regionMatches(m.ignoreCase(), 0, m.value(), 0, length),
          "starts with " + quoted(m.value(), m.ignoreCase()));
    }
    if (matcher instanceof StringMatcher.Suffix m) {
      int length = m.value().length();
      return new TextTest(
          v -> v.regionMatches(m.ignoreCase(), v.length() - length, m.value(), 0, length),
          "ends with " + quoted(m.value(), m.ignoreCase()));
    }
    if (matcher instanceof StringMatcher.Contains m) {
      return new TextTest(
          v -> contains(v, m.value(), m.ignoreCase()),
          "contains " + quoted(m.value(), m.ignoreCase()));
    }
    StringMatcher.Regex m = (StringMatcher.Regex) matcher;
    Pattern pattern = Pattern.compile(m.regex());
    return new TextTest(v -> pattern.matcher(v).matches(), "matches " + m.regex());
  }

  boolean test(String value) {
    return predicate.test(value);
  }

  private static boolean contains(String value, String part, boolean ignoreCase) {
    int last = value.length() - part.length();
    for (int i = 0; i <= last; i++) {
      if (value.regionMatches(ignoreCase, i, part, 0, part.length())) {
        return true;
      }
    }
    return false;
  }

  private static String quoted(String value, boolean ignoreCase) {
    return '"' + value + '"' + (ignoreCase ? " in any case" : "");
  }
}
