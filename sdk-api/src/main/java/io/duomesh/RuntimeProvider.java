package io.duomesh;

import io.duomesh.traffic.TlsPolicy;
import io.duomesh.traffic.TrafficSnapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The seam between {@link DuomeshBuilder} and the one runtime, found by {@link
 * java.util.ServiceLoader}. Internal: applications and extensions have no use for it.
 */
public interface RuntimeProvider {
  /** A runtime, not started. */
  Duomesh create(Config config);

  /**
   * What the builder collected.
   *
   * @param settings all settings
   * @param clientInterceptors outermost first
   * @param serverInterceptors outermost first
   * @param traffic configuration given in code; null for none
   * @param serverTls security of the server's port; null for plaintext
   */
  record Config(
      Settings settings,
      List<ClientInterceptor> clientInterceptors,
      List<ServerInterceptor> serverInterceptors,
      @Nullable TrafficSnapshot traffic,
      @Nullable TlsPolicy serverTls) {
    /** Copies the lists. */
    public Config {
      clientInterceptors = List.copyOf(clientInterceptors);
      serverInterceptors = List.copyOf(serverInterceptors);
    }
  }
}
