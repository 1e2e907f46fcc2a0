package io.duomesh.xds;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What listeners are called where they are asked for by name: those that targets enter by, and
 * those of servers (gRFC A36: the address that the server listens on stands for {@code %s}).
 *
 * @param targets name of a target's listener, {@code %s} standing for the target
 * @param servers name of a server's listener; null where servers ask for none
 */
record ListenerNames(String targets, @Nullable String servers) {
  /** What Istio calls the listeners of servers. */
  static final String OF_ISTIO_SERVERS = "xds.istio.io/grpc/lds/inbound/%s";

  /** Listeners that go by their own names. */
  static final ListenerNames OWN = new ListenerNames("%s", OF_ISTIO_SERVERS);

  private static final String MARK = "%s";
  private static final Pattern ADDRESS =
      Pattern.compile("(?:[0-9.]+|\\[[0-9A-Fa-f:.%]+]):[0-9]{1,5}");

  /** The name of a target's listener. */
  String ofTarget(String target) {
    return targets.replace(MARK, target);
  }

  /** The name of the listener of a server, by {@code ip:port}; null where it asks for none. */
  @Nullable String ofServer(String address) {
    return servers == null ? null : servers.replace(MARK, address);
  }

  /** The target that a listener is named for. */
  String target(String name) {
    String target = inside(targets, name);
    return target == null || target.isEmpty() ? name : target;
  }

  /** Whether a listener is that of a server. */
  boolean isServer(String name) {
    String address = servers == null ? null : inside(servers, name);
    return address != null && (address.isEmpty() || ADDRESS.matcher(address).matches());
  }

  /** The port of the server that a listener is named for; 0 where the name does not say. */
  int serverPort(String name) {
    String address = servers == null ? null : inside(servers, name);
    return address == null || !ADDRESS.matcher(address).matches()
        ? 0
        : Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  /** What stands for the mark in a name; empty where there is no mark; null for another name. */
  private static @Nullable String inside(String template, String name) {
    int at = template.indexOf(MARK);
    if (at < 0) {
      return template.equals(name) ? "" : null;
    }
    String before = template.substring(0, at);
    String after = template.substring(at + MARK.length());
    boolean matches =
        name.length() > before.length() + after.length()
            && name.startsWith(before)
            && name.endsWith(after);
    return matches ? name.substring(before.length(), name.length() - after.length()) : null;
  }
}
