package io.duomesh.governance.route;

import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What routes look at, the same whatever protocol a call speaks: {@code /interface/method}, {@code
 * POST}, the user's metadata. Read by one thread at a time; must not change while it is read.
 */
public interface RequestHead {
  /** Whom it is for: {@code host[:port]}. */
  String authority();

  /** The path with its query. */
  String path();

  /** The HTTP method. */
  default String method() {
    return "POST";
  }

  /** {@code http} or {@code https}. */
  default String scheme() {
    return "http";
  }

  /** What format strings show as {@code %PROTOCOL%}. */
  default String protocol() {
    return "HTTP/2";
  }

  /** The number of headers, repeats counted, pseudo-headers not. */
  int size();

  /** The name of header {@code index}, in any case. */
  String name(int index);

  /** The value of header {@code index}. */
  String value(int index);

  /** The first value of {@code name}, pseudo-headers and {@code host} included, or null. */
  default @Nullable String header(String name) {
    if (name.startsWith(":") || name.equals("host")) {
      return pseudo(name);
    }
    for (int i = 0; i < size(); i++) {
      if (name.equalsIgnoreCase(name(i))) {
        return value(i);
      }
    }
    return null;
  }

  /** All values of {@code name}, joined by commas, or null. */
  default @Nullable String joinedHeader(String name) {
    String first = header(name);
    if (first == null || name.startsWith(":") || name.equals("host")) {
      return first;
    }
    StringJoiner all = new StringJoiner(",");
    for (int i = 0; i < size(); i++) {
      if (name.equalsIgnoreCase(name(i))) {
        all.add(value(i));
      }
    }
    return all.toString();
  }

  /** The first value of a query parameter, undecoded, or null; {@code ?p} is {@code ?p=}. */
  default @Nullable String queryParameter(String name) {
    return QueryString.first(path(), name);
  }

  /** The first value of a cookie, quotes removed, or null. */
  default @Nullable String cookie(String name) {
    return Cookies.value(this, name);
  }

  /**
   * The caller's address as far as proxies have told it: the last of {@code x-forwarded-for}; null
   * where there is none.
   */
  default @Nullable String forwardedFor() {
    String all = header("x-forwarded-for");
    return all == null ? null : all.substring(all.lastIndexOf(',') + 1).strip();
  }

  /** What format strings show as the address of the peer that sent it, without port. */
  default String peerAddress() {
    return "127.0.0.1"; // a caller of this process, as its sidecar would see it
  }

  /** What format strings show as the address of the caller, whom proxies stand for. */
  default String callerAddress() {
    return "127.0.0.1";
  }

  /** Whether the content type is gRPC's, which {@code grpc-timeout} and {@code grpc} need. */
  default boolean grpc() {
    String type = header("content-type");
    return type != null
        && type.startsWith("application/grpc")
        && (type.length() == 16 || type.charAt(16) == '+');
  }

  private @Nullable String pseudo(String name) {
    return switch (name) {
      case ":path" -> path().isEmpty() ? null : path();
      case ":method" -> method();
      case ":authority", "host" -> authority().isEmpty() ? null : authority();
      case ":scheme" -> scheme();
      default -> null;
    };
  }
}
