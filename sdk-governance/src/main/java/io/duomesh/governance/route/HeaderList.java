package io.duomesh.governance.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A copy of a request's head, or of a response's headers, that can be changed. Names are in lower
 * case. For one thread.
 */
final class HeaderList implements RequestHead {
  /** Headers of which Envoy keeps one line, so that another value is joined by a comma. */
  private static final Set<String> ONE_LINE =
      Set.of(
          "accept",
          "accept-encoding",
          "access-control-request-headers",
          "access-control-request-method",
          "access-control-request-private-network",
          "authorization",
          "cache-control",
          "content-encoding",
          "content-type",
          "expect",
          "grpc-accept-encoding",
          "grpc-timeout",
          "if-match",
          "if-modified-since",
          "if-none-match",
          "origin",
          "pragma",
          "referer",
          "te",
          "user-agent",
          "via",
          "x-client-trace-id",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-proto",
          "x-request-id");

  private final RequestHead original;
  private final List<String> names = new ArrayList<>();
  private final List<String> values = new ArrayList<>();
  private String authority;
  private String path;

  HeaderList(RequestHead head) {
    original = head;
    authority = head.authority();
    path = head.path();
    for (int i = 0; i < head.size(); i++) {
      append(head.name(i).toLowerCase(Locale.ROOT), head.value(i));
    }
  }

  /** Whether a copy would be another list: some header of which one line is kept repeats. */
  static boolean joins(RequestHead head) {
    for (int i = 1; i < head.size(); i++) {
      String name = head.name(i);
      for (int before = 0; before < i; before++) {
        if (name.equalsIgnoreCase(head.name(before))
            && ONE_LINE.contains(name.toLowerCase(Locale.ROOT))) {
          return true;
        }
      }
    }
    return false;
  }

  void remove(String name) {
    if (name.equals("host")) {
      authority = "";
    }
    for (int i = names.size() - 1; i >= 0; i--) {
      if (names.get(i).equals(name)) {
        names.remove(i);
        values.remove(i);
      }
    }
  }

  void append(String name, String value) {
    int at = ONE_LINE.contains(name) ? names.indexOf(name) : -1;
    if (at >= 0) {
      String before = values.get(at);
      String comma = before.isEmpty() || value.isEmpty() ? "" : ",";
      values.set(at, before + comma + value);
    } else {
      names.add(name);
      values.add(value);
    }
  }

  /** Replaces the value where the header is, or adds it. */
  void set(String name, String value) {
    int at = names.indexOf(name);
    if (at >= 0) {
      values.set(at, value);
    } else {
      append(name, value);
    }
  }

  boolean contains(String name) {
    return names.contains(name);
  }

  void authority(String newAuthority) {
    authority = newAuthority;
  }

  void path(String newPath) {
    path = newPath;
  }

  @Override
  public String authority() {
    return authority;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public String method() {
    return original.method();
  }

  @Override
  public String scheme() {
    return original.scheme();
  }

  @Override
  public String protocol() {
    return original.protocol();
  }

  @Override
  public int size() {
    return names.size();
  }

  @Override
  public String name(int index) {
    return names.get(index);
  }

  @Override
  public String value(int index) {
    return values.get(index);
  }
}
