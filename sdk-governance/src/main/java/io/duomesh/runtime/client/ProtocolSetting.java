package io.duomesh.runtime.client;

import io.duomesh.Settings;

/** What is spoken where the configuration is silent. */
public final class ProtocolSetting {
  private ProtocolSetting() {}

  /**
   * {@code duomesh.client.<target>.protocol}, with the target's port or without; then {@code
   * duomesh.client.protocol}; then {@code triple}.
   */
  public static String of(Settings settings, String authority) {
    String own = settings.get("duomesh.client." + authority + ".protocol");
    int colon = authority.lastIndexOf(':');
    if (own == null && colon > 0) {
      own = settings.get("duomesh.client." + authority.substring(0, colon) + ".protocol");
    }
    return own != null ? own : settings.get("duomesh.client.protocol", "triple");
  }
}
