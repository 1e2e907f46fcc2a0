package io.duomesh.spi;

import io.duomesh.Channel;
import io.duomesh.Settings;
import io.duomesh.Status;
import io.duomesh.traffic.TlsPolicy;
import io.duomesh.traffic.TrafficSnapshot;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Where traffic configuration comes from: a control plane, a registry, a file, a test. Emits whole
 * {@link TrafficSnapshot}s. A source that has lost its origin keeps what it has; only a newer
 * configuration replaces an older.
 */
public interface TrafficSource extends AutoCloseable {
  /** Starts to emit. Returns at once; called once. */
  void start(Context context, Watcher watcher);

  /** Whose words this source's last trouble was, for messages: its address, its node. */
  String description();

  /** Stops emitting and frees what the source holds. */
  @Override
  void close();

  /** What a source may use of the runtime. All of it may be used from any thread. */
  interface Context {
    /**
     * A channel to fixed addresses that connects and reconnects by itself; for control-plane
     * streams.
     *
     * @param address {@code host:port}
     * @param tls security; null for plaintext
     */
    Channel channel(String address, @Nullable TlsPolicy tls);

    /** One thread on which sources run what they schedule; nothing on it may block. */
    ScheduledExecutorService scheduler();

    /** The settings of the process. */
    Settings settings();

    /**
     * The targets of the source's scheme that are wanted now, each as it is written after the
     * scheme and its slashes: {@code host[:port]}, a service name, or a list. A target wanted once
     * stays wanted. Listeners are looked up by the same text.
     */
    Set<String> demand();

    /**
     * The address at which the server of this runtime takes calls, or is about to: {@code ip:port},
     * {@code 0.0.0.0:port} for all addresses, {@code [ip]:port} for one of version 6. Null while
     * there is no server or its port is not known. What a source says of inbound calls applies to
     * it from the next snapshot on.
     */
    default @Nullable String listeningAddress() {
      return null;
    }

    /**
     * Calls {@code changed} on {@link #scheduler()} whenever {@link #demand()} or {@link
     * #listeningAddress()} has changed.
     */
    void onDemand(Runnable changed);
  }

  /** Who receives what a source emits; called on {@link Context#scheduler()}. */
  interface Watcher {
    /**
     * A new configuration.
     *
     * @return why resources cannot be used, by {@code type/name}; the parts they concern stay as
     *     they were; empty where all is well
     */
    Map<String, String> onSnapshot(TrafficSnapshot snapshot);

    /** The origin cannot be reached or refuses; what was emitted before stays in force. */
    void onTrouble(Status status);
  }
}
