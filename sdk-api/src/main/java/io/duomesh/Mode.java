package io.duomesh;

import java.util.Locale;

/** Who routes, balances, limits and secures the calls of this process. */
public enum Mode {
  /** The SDK does, in this process, by the configuration of a control plane or registry. */
  PROXYLESS,
  /** A sidecar on this host does; the SDK frames calls and sends them to it. */
  SIDECAR,
  /** {@link #SIDECAR} where a sidecar answers when the process starts, else {@link #PROXYLESS}. */
  AUTO;

  /**
   * Parses the value of {@code duomesh.mode}, ignoring case.
   *
   * @throws IllegalArgumentException if the text names no mode
   */
  public static Mode of(String text) {
    for (Mode mode : values()) {
      if (mode.name().equalsIgnoreCase(text.trim())) {
        return mode;
      }
    }
    throw new IllegalArgumentException(
        "duomesh.mode: " + text + " (expected: proxyless, sidecar or auto)");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
