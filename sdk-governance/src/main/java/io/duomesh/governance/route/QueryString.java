package io.duomesh.governance.route;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
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

  /** The first value of a parameter where both are decoded, or null. */
  static @Nullable String firstDecoded(String path, String name) {
    int at = path.indexOf('?');
    String query = at < 0 ? "" : path.substring(at + 1);
    for (String pair : query.isEmpty() ? new String[0] : query.split("&")) {
      int equals = pair.indexOf('=');
      if (name.equals(decoded(equals < 0 ? pair : pair.substring(0, equals)))) {
        return decoded(equals < 0 ? "" : pair.substring(equals + 1));
      }
    }
    return null;
  }

  /** A value with its percent signs decoded, as far as they start an octet. */
  static @Nullable String decoded(@Nullable String value) {
    return decoded(value, 0, 0xff);
  }

  /** The same for octets of visible ASCII characters alone. */
  static @Nullable String visibleDecoded(@Nullable String value) {
    return decoded(value, '!', '~');
  }

  private static @Nullable String decoded(@Nullable String value, int first, int last) {
    if (value == null || value.indexOf('%') < 0) {
      return value;
    }
    byte[] octets = value.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(octets.length);
    for (int i = 0; i < octets.length; i++) {
      int high = i + 2 <= octets.length - 1 ? Character.digit(octets[i + 1], 16) : -1;
      int low = i + 2 <= octets.length - 1 ? Character.digit(octets[i + 2], 16) : -1;
      int octet = high < 0 || low < 0 ? -1 : high * 16 + low;
      if (octets[i] == '%' && octet >= first && octet <= last) {
        out.write(octet);
        i += 2;
      } else {
        out.write(octets[i]);
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
