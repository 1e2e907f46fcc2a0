package io.duomesh.governance.route;

import org.jspecify.annotations.Nullable;

/** The query of a path, undecoded; {@code ?p} is {@code ?p=}. */
final class QueryString {
  private QueryString() {}

  /** The first value of a parameter, or null. */
  static @Nullable String first(String path, String name) {
    int at = path.indexOf('?');
    while (at >= 0 && at < path.length()) {
      int start = at + 1;
      int next = path.indexOf('&', start);
      int end = next < 0 ? path.length() : next;
      int equals = path.indexOf('=', start);
      int nameEnd = equals < 0 || equals > end ? end : equals;
      if (nameEnd - start == name.length() && path.startsWith(name, start)) {
        return nameEnd == end ? "" : path.substring(nameEnd + 1, end);
      }
      at = next;
    }
    return null;
  }
}
