package io.duomesh.governance.route;

import io.duomesh.traffic.HeadRules;
import io.duomesh.traffic.HeadRules.EscapedSlashes;
import io.duomesh.traffic.HeadRules.StripPort;

/** {@link HeadRules} made ready. Immutable; for any number of threads. */
public final class HeadNormalizer {
  private final HeadRules rules;
  private final int port;

  /**
   * Makes rules ready.
   *
   * @param port the listener's own
   */
  public HeadNormalizer(HeadRules rules, int port) {
    this.rules = rules;
    this.port = port;
  }

  /**
   * What became of a request.
   *
   * @param head the request as routes see it
   * @param status 0 where it goes on; 400 where it is refused; 307 where the caller is sent to the
   *     path of {@code head}
   */
  public record Outcome(RequestHead head, int status) {}

  /** Whether a request may change; no allocation. */
  public boolean mayChange(RequestHead head) {
    if (rules.equals(HeadRules.NONE)) {
      return false;
    }
    boolean stripsPort = rules.stripPort() != StripPort.NEVER && head.authority().indexOf(':') >= 0;
    return rules.scheme() != null
        || stripsPort
        || (rules.stripTrailingDot() && head.authority().indexOf('.') >= 0)
        || !isPlain(head.path());
  }

  private static boolean isPlain(String path) {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      boolean afterSlash = i > 0 && path.charAt(i - 1) == '/' && (c == '.' || c == '/');
      if (afterSlash || c <= ' ' || c > '}' || "%\\\"<>^`{|}".indexOf(c) >= 0) {
        return false;
      }
    }
    return true;
  }

  /** Applies the rules: {@code head} itself where nothing changes. */
  public Outcome apply(RequestHead head) {
    if (!mayChange(head)) {
      return new Outcome(head, 0);
    }
    String authority = authority(head.authority());
    String scheme = rules.scheme() == null ? head.scheme() : rules.scheme();
    String old = head.path();
    int status = 0;
    String path = old;
    if (old.startsWith("/")) {
      String withoutQuery = PathCondition.withoutQuery(old);
      String unescaped = unescaped(withoutQuery);
      boolean escaped = !unescaped.equals(withoutQuery);
      if (escaped && rules.escapedSlashes() == EscapedSlashes.REJECT) {
        return new Outcome(head, 400);
      }
      if (escaped && rules.escapedSlashes() == EscapedSlashes.REDIRECT) {
        status = 307;
      }
      String canonical = rules.normalizePath() ? CanonicalPath.of(unescaped) : unescaped;
      if (canonical == null) {
        return new Outcome(head, 400);
      }
      path =
          (rules.mergeSlashes() ? CanonicalPath.merged(canonical) : canonical)
              + old.substring(withoutQuery.length());
    }
    boolean same =
        path.equals(old) && authority.equals(head.authority()) && scheme.equals(head.scheme());
    return new Outcome(same ? head : new Normalized(head, authority, path, scheme), status);
  }

  private String unescaped(String path) {
    if (rules.escapedSlashes() == EscapedSlashes.KEEP || path.indexOf('%') < 0) {
      return path;
    }
    StringBuilder out = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      int octet = path.charAt(i) == '%' ? CanonicalPath.octet(path, i) : -1;
      if (octet == '/' || octet == '\\') {
        out.append((char) octet);
        i += 2;
      } else {
        out.append(path.charAt(i));
      }
    }
    return out.toString();
  }

  private String authority(String authority) {
    int colon = authority.lastIndexOf(':');
    boolean ported = colon > authority.lastIndexOf(']') && isPort(authority, colon + 1);
    String host = ported ? authority.substring(0, colon) : authority;
    String end = ported ? authority.substring(colon) : "";
    if (rules.stripTrailingDot() && host.endsWith(".")) {
      host = host.substring(0, host.length() - 1);
    }
    boolean strips =
        rules.stripPort() == StripPort.ANY
            || (rules.stripPort() == StripPort.MATCHING && end.equals(":" + port));
    return strips ? host : host + end;
  }

  private static boolean isPort(String authority, int from) {
    for (int i = from; i < authority.length(); i++) {
      if (authority.charAt(i) < '0' || authority.charAt(i) > '9') {
        return false;
      }
    }
    return from < authority.length();
  }

  private record Normalized(RequestHead head, String authority, String path, String scheme)
      implements RequestHead {
    @Override
    public String method() {
      return head.method();
    }

    @Override
    public boolean grpc() {
      return head.grpc();
    }

    @Override
    public String protocol() {
      return head.protocol();
    }

    @Override
    public int size() {
      return head.size();
    }

    @Override
    public String name(int index) {
      return head.name(index);
    }

    @Override
    public String value(int index) {
      return head.value(index);
    }
  }
}
