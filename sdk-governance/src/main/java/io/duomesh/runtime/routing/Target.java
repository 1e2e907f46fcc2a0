package io.duomesh.runtime.routing;

import java.util.Locale;

/**
 * Whom a client calls.
 *
 * @param scheme who resolves it: {@code xds}, {@code dns}, {@code static}, {@code inproc}, …
 * @param authority what is resolved: {@code host[:port]}, a list, or a name
 */
public record Target(String scheme, String authority) {
  /**
   * Parses {@code scheme:///authority}, {@code scheme://authority}, {@code inproc:name} or a bare
   * authority.
   *
   * @throws IllegalArgumentException if there is no authority
   */
  public static Target parse(String text, String defaultScheme) {
    String trimmed = text.trim();
    int colon = trimmed.indexOf(':');
    String scheme = defaultScheme;
    String rest = trimmed;
    if (trimmed.startsWith("inproc:") || (colon > 0 && trimmed.startsWith("//", colon + 1))) {
      scheme = trimmed.substring(0, colon).toLowerCase(Locale.ROOT);
      rest = trimmed.substring(colon + 1);
      while (rest.startsWith("/")) {
        rest = rest.substring(1);
      }
    }
    if (rest.isEmpty()) {
      throw new IllegalArgumentException(
          "target: " + text + " (expected: scheme:///authority or a bare host[:port])");
    }
    return new Target(scheme, rest);
  }

  @Override
  public String toString() {
    return scheme.equals("inproc") ? "inproc:" + authority : scheme + ":///" + authority;
  }
}
