package io.duomesh.discovery;

import io.duomesh.traffic.Endpoint;

/** {@code host:port}, with brackets around an IPv6 address. */
record HostPort(String host, int port) {

  /**
   * Parses an address.
   *
   * @param what for the message: the target or the setting it stands in
   * @throws IllegalArgumentException if it is none
   */
  static HostPort of(String text, String what) {
    String trimmed = text.strip();
    int colon = trimmed.lastIndexOf(':');
    String host = colon <= 0 ? "" : trimmed.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    }
    if (!host.isBlank() && (bracketed || host.indexOf(':') < 0)) {
      try {
        int port = Integer.parseInt(trimmed.substring(colon + 1));
        if (port > 0 && port <= 65_535) {
          return new HostPort(host, port);
        }
      } catch (NumberFormatException e) {
        // said below, with the form
      }
    }
    throw new IllegalArgumentException(
        what + ": " + text + " (expected: host:port, an IPv6 address in brackets)");
  }

  Endpoint endpoint() {
    return Endpoint.of(host, port);
  }
}
