package io.duomesh.governance.route;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.duomesh.traffic.Rewrites;
import org.jspecify.annotations.Nullable;

/** Replaces all matches of an RE2 expression, as RE2's own GlobalReplace does. Immutable. */
public final class Substitution {
  private final Pattern pattern;
  private final String substitution;
  private final boolean valid;

  /**
   * Compiles a rewrite.
   *
   * @throws com.google.re2j.PatternSyntaxException if the expression is none
   */
  public Substitution(Rewrites.RegexRewrite rewrite) {
    pattern = Pattern.compile(rewrite.regex());
    substitution = rewrite.substitution();
    valid = highestGroup() <= pattern.groupCount();
  }

  /** The text with all matches replaced; unchanged where the substitution names a missing group. */
  public String apply(String text) {
    if (!valid) {
      return text;
    }
    Matcher matcher = pattern.matcher(text);
    StringBuilder out = new StringBuilder();
    int copied = 0;
    int lastEnd = -1;
    int from = 0;
    while (from <= text.length() && matcher.find(from)) {
      boolean empty = matcher.start() == matcher.end();
      if (empty && matcher.start() == lastEnd) {
        from++; // no empty match right after a match
        continue;
      }
      out.append(text, copied, matcher.start());
      appendReplacement(out, matcher);
      copied = matcher.end();
      lastEnd = matcher.end();
      from = matcher.end();
    }
    return out.append(text, copied, text.length()).toString();
  }

  /** The replacement of one match; null where the substitution names a missing group. */
  @Nullable String apply(Matcher match) {
    if (!valid) {
      return null;
    }
    StringBuilder out = new StringBuilder();
    appendReplacement(out, match);
    return out.toString();
  }

  private void appendReplacement(StringBuilder out, Matcher matcher) {
    for (int i = 0; i < substitution.length(); i++) {
      char c = substitution.charAt(i);
      if (c != '\\' || i + 1 == substitution.length()) {
        out.append(c);
        continue;
      }
      char next = substitution.charAt(++i);
      if (next >= '0' && next <= '9') {
        String group = matcher.group(next - '0');
        out.append(group == null ? "" : group);
      } else {
        out.append(next);
      }
    }
  }

  private int highestGroup() {
    int highest = 0;
    for (int i = 0; i + 1 < substitution.length(); i++) {
      if (substitution.charAt(i) == '\\') {
        char next = substitution.charAt(++i);
        highest = next >= '0' && next <= '9' ? Math.max(highest, next - '0') : highest;
      }
    }
    return highest;
  }
}
