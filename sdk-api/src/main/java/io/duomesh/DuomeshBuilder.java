package io.duomesh;

import io.duomesh.traffic.TlsPolicy;
import io.duomesh.traffic.TrafficSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Collects what a {@link Duomesh} is made of. Not safe for use by several threads. */
public final class DuomeshBuilder {
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final List<ClientInterceptor> clientInterceptors = new ArrayList<>();
  private final List<ServerInterceptor> serverInterceptors = new ArrayList<>();
  private @Nullable TrafficSnapshot traffic;
  private @Nullable TlsPolicy serverTls;

  DuomeshBuilder() {}

  /** Sets a {@code duomesh.*} setting; it wins over system properties and the environment. */
  public DuomeshBuilder set(String key, String value) {
    if (!key.startsWith("duomesh.")) {
      throw new IllegalArgumentException("setting: " + key + " (expected: a key duomesh.…)");
    }
    settings.put(key, value);
    return this;
  }

  /** Name of the application, {@code duomesh.application}. */
  public DuomeshBuilder application(String name) {
    return set("duomesh.application", name);
  }

  /** Who routes, {@code duomesh.mode}. */
  public DuomeshBuilder mode(Mode mode) {
    return set("duomesh.mode", mode.toString());
  }

  /** Adds a step around outbound calls; the first added is the outermost. */
  public DuomeshBuilder clientInterceptor(ClientInterceptor interceptor) {
    clientInterceptors.add(interceptor);
    return this;
  }

  /** Adds a step around inbound calls; the first added is the outermost. */
  public DuomeshBuilder serverInterceptor(ServerInterceptor interceptor) {
    serverInterceptors.add(interceptor);
    return this;
  }

  /**
   * Routes by a configuration given in code instead of a control plane's: bare targets are its
   * listeners' names. {@link Duomesh#update} replaces it.
   */
  public DuomeshBuilder traffic(TrafficSnapshot snapshot) {
    traffic = snapshot;
    return this;
  }

  /** Security of the server's port; it takes plaintext without. */
  public DuomeshBuilder serverTls(TlsPolicy tls) {
    serverTls = tls;
    return this;
  }

  /**
   * The runtime, not started.
   *
   * @throws IllegalArgumentException if a setting has a value it cannot have
   * @throws IllegalStateException if no runtime is on the class path
   */
  public Duomesh build() {
    List<RuntimeProvider> providers = new ArrayList<>();
    ServiceLoader.load(RuntimeProvider.class, RuntimeProvider.class.getClassLoader())
        .forEach(providers::add);
    if (providers.size() != 1) {
      throw new IllegalStateException(
          "Duomesh runtimes on the class path: "
              + providers.size()
              + " (expected: 1; the artifact io.duomesh:duomesh-sdk-governance holds it)");
    }
    return providers
        .get(0)
        .create(
            new RuntimeProvider.Config(
                Settings.of(settings), clientInterceptors, serverInterceptors, traffic, serverTls));
  }
}
