package io.duomesh.transport.triple;

import io.duomesh.ServiceName;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The paths that a server is called by, taken apart once. Safe for use by many threads. */
final class RequestPaths {
  private static final int MOST = 4_096; // a peer may make up any number

  private final ConcurrentHashMap<CharSequence, Path> paths = new ConcurrentHashMap<>();

  /**
   * A path's parts.
   *
   * @param service the service, without version and group
   * @param method the method's name
   */
  record Path(ServiceName service, String method) {}

  /** The parts of {@code /service/method}; null for any other form. */
  @Nullable Path of(@Nullable CharSequence path) {
    if (path == null) {
      return null;
    }
    Path known = paths.get(path);
    if (known != null) {
      return known;
    }
    Path parsed = parse(path.toString());
    if (parsed != null && paths.size() < MOST) {
      paths.put(path, parsed);
    }
    return parsed;
  }

  private static @Nullable Path parse(String path) {
    int query = path.indexOf('?');
    String plain = query < 0 ? path : path.substring(0, query);
    int slash = plain.lastIndexOf('/');
    if (!plain.startsWith("/") || slash < 2 || slash == plain.length() - 1) {
      return null;
    }
    return new Path(ServiceName.of(plain.substring(1, slash)), plain.substring(slash + 1));
  }
}
