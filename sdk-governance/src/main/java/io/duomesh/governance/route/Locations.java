package io.duomesh.governance.route;

/** The {@code location} of redirects. */
final class Locations {
  private Locations() {}

  /** The request's own URL, with https. */
  static String https(RequestHead head) {
    return "https://" + head.authority() + head.path();
  }

  /** The request's own URL. */
  static String same(RequestHead head) {
    return head.scheme() + "://" + head.authority() + head.path();
  }

  /**
   * The authority without its port, where another port is named or the scheme changes from the one
   * whose default port it is.
   */
  static String host(RequestHead head, String scheme, boolean portNamed) {
    String host = head.authority();
    int bracket = host.startsWith("[") ? host.lastIndexOf("]:") : -1;
    int colon = host.startsWith("[") ? (bracket < 0 ? -1 : bracket + 1) : host.lastIndexOf(':');
    if (colon < 0) {
      return host;
    }
    String port = host.substring(colon);
    String old = head.scheme();
    boolean wasDefault =
        (old.equals("https") && port.equals(":443")) || (old.equals("http") && port.equals(":80"));
    boolean drop = portNamed || (!scheme.equals(old) && wasDefault);
    return drop ? host.substring(0, colon) : host;
  }
}
