package io.duomesh.governance.route;

import org.jspecify.annotations.Nullable;

/** The cookies of a request. */
final class Cookies {
  private Cookies() {}

  /** The first value of a cookie, quotes removed, or null. */
  static @Nullable String value(RequestHead head, String name) {
    for (int i = 0; i < head.size(); i++) {
      if (head.name(i).equalsIgnoreCase("cookie")) {
        for (String pair : head.value(i).split(";")) {
          int equals = pair.indexOf('=');
          if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
            return unquoted(pair.substring(equals + 1).strip());
          }
        }
      }
    }
    return null;
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }
}
