package io.duomesh.runtime.routing;

import io.duomesh.Settings;
import io.duomesh.transport.Transports;

/** What is spoken where the configuration is silent. */
public final class ProtocolSetting {
  private static final String ALL = "duomesh.client.protocol";

  private ProtocolSetting() {}

  /**
   * {@code duomesh.client.<target>.protocol}, with the target's port or without; then {@code
   * duomesh.client.protocol}; then {@code triple}.
   */
  public static String of(Settings settings, String authority) {
    return settings.get(key(settings, authority), "triple");
  }

  private static String key(Settings settings, String authority) {
    String own = "duomesh.client." + authority + ".protocol";
    int colon = authority.lastIndexOf(':');
    if (settings.get(own) == null && colon > 0) {
      own = "duomesh.client." + authority.substring(0, colon) + ".protocol";
    }
    return settings.get(own) == null ? ALL : own;
  }

  /**
   * Looks at the setting of a target before it is called.
   *
   * @throws IllegalArgumentException naming the setting if nothing here speaks that
   */
  public static void check(Settings settings, String authority, Transports transports) {
    try {
      transports.factory(of(settings, authority));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          key(settings, authority) + ": " + of(settings, authority) + " (expected: triple or bolt)",
          e);
    }
  }
}
