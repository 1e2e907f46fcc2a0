package io.duomesh.governance.route;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Paths as Envoy's {@code normalize_path} leaves them, without their query. */
final class CanonicalPath {
  private static final String UNRESERVED = "-._~";
  private static final String ESCAPED = " \"<>^`{|}";

  private CanonicalPath() {}

  /** The path, or null where it cannot be a path. */
  static @Nullable String of(String path) {
    List<String> kept = new ArrayList<>();
    String[] segments = path.replace('\\', '/').substring(1).split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      String decoded = decoded(segments[i]);
      if (decoded == null) {
        return null;
      }
      // What follows a semicolon is a parameter of the segment, unless its dots were escaped.
      String name = segments[i].split(";", 2)[0];
      boolean up = name.equals("..") || decoded.equals("..");
      if (up || name.equals(".") || decoded.equals(".")) {
        if (up && !kept.isEmpty()) {
          kept.remove(kept.size() - 1);
        }
        if (i == segments.length - 1) {
          kept.add("");
        }
      } else {
        kept.add(decoded);
      }
    }
    return "/" + String.join("/", kept);
  }

  /** Slashes in a row become one; of a path of nothing but slashes two are left. */
  static String merged(String path) {
    if (!path.contains("//")) {
      return path;
    }
    List<String> segments = new ArrayList<>();
    for (String segment : path.split("/", -1)) {
      if (!segment.isEmpty()) {
        segments.add(segment);
      }
    }
    return "/" + String.join("/", segments) + (path.endsWith("/") ? "/" : "");
  }

  private static @Nullable String decoded(String path) {
    StringBuilder out = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '%') {
        int octet = octet(path, i);
        if (octet == 0) {
          return null;
        }
        if (octet > 0 && isUnreserved((char) octet)) {
          out.append((char) octet);
          i += 2;
        } else {
          out.append(c);
        }
      } else if (c < ' ' || c > '~' || ESCAPED.indexOf(c) >= 0) {
        int end = Character.isHighSurrogate(c) && i + 1 < path.length() ? i + 2 : i + 1;
        for (byte one : path.substring(i, end).getBytes(StandardCharsets.UTF_8)) {
          out.append(String.format("%%%02X", one & 0xff));
        }
        i = end - 1;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** The octet of an escape at a place; -1 where there is none. */
  static int octet(String path, int at) {
    if (at + 2 >= path.length()) {
      return -1;
    }
    int high = Character.digit(path.charAt(at + 1), 16);
    int low = Character.digit(path.charAt(at + 2), 16);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }

  private static boolean isUnreserved(char c) {
    return c < 128 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0);
  }
}
