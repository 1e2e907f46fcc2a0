package io.duomesh.runtime;

import io.duomesh.Mode;
import io.duomesh.Settings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The settings that the runtime itself reads, with their defaults; each is documented in docs. */
record MeshSettings(
    Mode mode,
    Startup startup,
    Duration startupTimeout,
    Duration clientTimeout,
    @Nullable String defaultScheme,
    int serverPort,
    @Nullable String serverAddress,
    @Nullable String inprocName,
    Duration drainTimeout,
    @Nullable String sidecarAddress,
    @Nullable String sidecarReadyUrl) {

  /** What {@link io.duomesh.Duomesh#start()} does while there is no configuration. */
  enum Startup {
    /** Waits for it, then goes on, not ready. */
    WAIT,
    /** Waits for it, then fails. */
    FAIL,
    /** Does not wait. */
    LAZY
  }

  static MeshSettings of(Settings settings) {
    return new MeshSettings(
        Mode.of(settings.get("duomesh.mode", "proxyless")),
        startup(settings.get("duomesh.startup", "wait")),
        settings.duration("duomesh.startup-timeout", Duration.ofSeconds(15)),
        settings.duration("duomesh.client.timeout", Duration.ofSeconds(3)),
        settings.get("duomesh.client.default-scheme"),
        settings.integer("duomesh.server.port", 12200, 0, 65535),
        settings.get("duomesh.server.address"),
        settings.get("duomesh.server.inproc"),
        settings.duration("duomesh.server.drain-timeout", Duration.ofSeconds(10)),
        settings.get("duomesh.sidecar.address"),
        settings.get("duomesh.sidecar.ready-url"));
  }

  private static Startup startup(String text) {
    for (Startup startup : Startup.values()) {
      if (startup.name().equalsIgnoreCase(text)) {
        return startup;
      }
    }
    throw new IllegalArgumentException(
        "duomesh.startup: " + text + " (expected: wait, fail or lazy)");
  }
}
