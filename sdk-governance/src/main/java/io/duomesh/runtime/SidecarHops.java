package io.duomesh.runtime;

import io.duomesh.Settings;
import io.duomesh.runtime.routing.FixedRouter;
import io.duomesh.runtime.routing.ProtocolSetting;
import io.duomesh.runtime.routing.Target;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where the calls of a target enter the sidecar, by {@code duomesh.sidecar.address}: {@code
 * host:port} (one listener), {@code 127.0.0.1:*} (the target's port on loopback) or {@code
 * original} (the target itself, which interception redirects). By default Bolt uses {@code
 * 127.0.0.1:12220}, Triple {@code 127.0.0.1:*}.
 */
final class SidecarHops implements Function<Target, FixedRouter.Hop> {
  private static final String BOLT_DEFAULT = "127.0.0.1:12220";
  private static final String TRIPLE_DEFAULT = "127.0.0.1:*";

  private final Settings settings;
  private final @Nullable String address;

  SidecarHops(Settings settings) {
    this.settings = settings;
    this.address = settings.get("duomesh.sidecar.address");
  }

  @Override
  public FixedRouter.Hop apply(Target target) {
    String protocol = ProtocolSetting.of(settings, target.authority());
    String form =
        address != null ? address : protocol.equals("bolt") ? BOLT_DEFAULT : TRIPLE_DEFAULT;
    if (form.equals("original")) {
      return hop(protocol, host(target.authority()), port(target));
    }
    if (form.endsWith(":*")) {
      return hop(protocol, form.substring(0, form.length() - 2), port(target));
    }
    int colon = form.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException(
          "duomesh.sidecar.address: " + form + " (expected: host:port, host:* or original)");
    }
    return hop(protocol, form.substring(0, colon), Integer.parseInt(form.substring(colon + 1)));
  }

  private static FixedRouter.Hop hop(String protocol, String host, int port) {
    return new FixedRouter.Hop(protocol, host, port);
  }

  private static String host(String authority) {
    int colon = authority.lastIndexOf(':');
    return colon < 0 ? authority : authority.substring(0, colon);
  }

  private static int port(Target target) {
    String authority = target.authority();
    int colon = authority.lastIndexOf(':');
    if (colon >= 0) {
      try {
        return Integer.parseInt(authority.substring(colon + 1));
      } catch (NumberFormatException e) {
        // said below
      }
    }
    throw new IllegalArgumentException(
        "the sidecar takes the call at the target's port, and "
            + authority
            + " names none (expected: host:port, or duomesh.sidecar.address=host:port)");
  }
}
