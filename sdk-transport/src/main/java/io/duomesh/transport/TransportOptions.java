package io.duomesh.transport;

import io.duomesh.Settings;
import io.duomesh.transport.serialization.AllowedClasses;
import java.time.Duration;

/**
 * Limits that all connections of a runtime share.
 *
 * @param application name of the application, told to peers; may be empty
 * @param eventLoops number of event-loop threads; {@code duomesh.transport.event-loops}, default
 *     the number of processors
 * @param maxMessageBytes largest message taken, either way; {@code
 *     duomesh.transport.max-message-size}, default 16 MiB
 * @param maxHeaderBytes largest header block taken; {@code duomesh.transport.max-header-size},
 *     default 16 KiB (Bolt's own limit of 32,767 stays)
 * @param maxConcurrentStreams calls in flight that a server takes per connection; {@code
 *     duomesh.server.max-concurrent-calls-per-connection}, default 1000
 * @param writeBufferBytes bytes queued for writing above which streams are not ready; {@code
 *     duomesh.transport.write-buffer-size}, default 1 MiB; at four times as much new calls are
 *     refused
 * @param handshakeTimeout time for TLS, and for the first bytes of a connection once they have
 *     begun; {@code duomesh.transport.handshake-timeout}, default 10 s
 * @param classes what Hessian may create: what {@code duomesh.serialization.allow} says, and what
 *     the interfaces mention that are added to it
 * @param bolt what can be set about Bolt alone
 */
public record TransportOptions(
    String application,
    int eventLoops,
    int maxMessageBytes,
    int maxHeaderBytes,
    int maxConcurrentStreams,
    int writeBufferBytes,
    Duration handshakeTimeout,
    AllowedClasses classes,
    BoltOptions bolt) {

  /** The options that settings give. */
  public static TransportOptions of(Settings settings) {
    return new TransportOptions(
        settings.get("duomesh.application", ""),
        settings.integer(
            "duomesh.transport.event-loops",
            Math.max(1, Runtime.getRuntime().availableProcessors()),
            1,
            1024),
        settings.integer(
            "duomesh.transport.max-message-size", 16 << 20, 1024, Integer.MAX_VALUE - 1024),
        settings.integer("duomesh.transport.max-header-size", 16 << 10, 1024, 1 << 20),
        settings.integer("duomesh.server.max-concurrent-calls-per-connection", 1000, 1, 1 << 20),
        settings.integer("duomesh.transport.write-buffer-size", 1 << 20, 4096, 1 << 30),
        settings.duration("duomesh.transport.handshake-timeout", Duration.ofSeconds(10)),
        AllowedClasses.of(settings),
        BoltOptions.of(settings));
  }
}
