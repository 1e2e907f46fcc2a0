package io.duomesh.governance.route;

import io.duomesh.traffic.HeaderMatcher;
import java.util.Locale;

/**
 * A {@link HeaderMatcher}: repeated headers are tried value by value; a value matcher is false for
 * an absent header, inverted or not, unless absence counts as an empty value.
 */
final class HeaderCondition implements Condition {
  private final HeaderMatcher matcher;
  private final String name;
  private final TextTest text;

  HeaderCondition(HeaderMatcher matcher) {
    this.matcher = matcher;
    this.name = matcher.name().toLowerCase(Locale.ROOT);
    this.text = textOf(matcher);
  }

  private static TextTest textOf(HeaderMatcher matcher) {
    if (matcher.test() instanceof HeaderMatcher.Text text) {
      return TextTest.of(text.matcher());
    }
    if (matcher.test() instanceof HeaderMatcher.Range range) {
      return new TextTest(
          value -> inRange(value, range),
          "is a number from " + range.start() + " to below " + range.end());
    }
    boolean present = ((HeaderMatcher.Present) matcher.test()).present();
    return new TextTest(value -> present, present ? "is present" : "is absent");
  }

  @Override
  public boolean test(RequestHead head, long random) {
    if (matcher.test() instanceof HeaderMatcher.Present present) {
      boolean there = matcher.treatMissingAsEmpty() || head.header(name) != null;
      return (there == present.present()) != matcher.invert();
    }
    boolean there = false;
    boolean matched = false;
    if (name.startsWith(":") || name.equals("host")) {
      String value = head.header(name);
      there = value != null;
      matched = value != null && text.test(value);
    } else {
      for (int i = 0; i < head.size() && !matched; i++) {
        if (name.equalsIgnoreCase(head.name(i))) {
          there = true;
          matched = text.test(head.value(i));
        }
      }
    }
    if (!there) {
      if (!matcher.treatMissingAsEmpty()) {
        return false;
      }
      matched = text.test("");
    }
    return matched != matcher.invert();
  }

  private static boolean inRange(String value, HeaderMatcher.Range range) {
    try {
      long number = Long.parseLong(value);
      return number >= range.start() && number < range.end();
    } catch (NumberFormatException e) {
      return false; // no number, no match: what Envoy does
    }
  }

  @Override
  public String toString() {
    return "header "
        + name
        + (matcher.invert() ? " not (" + text.text() + ")" : " " + text.text())
        + (matcher.treatMissingAsEmpty() ? " (absent is empty)" : "");
  }
}
