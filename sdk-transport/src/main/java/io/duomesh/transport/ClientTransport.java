package io.duomesh.transport;

import io.duomesh.Invocation;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one address, as its client sees it. Owned by an event loop; its methods may be
 * called from any thread.
 *
 * <p>Streams may be opened before the connection stands: they wait for it within their deadline,
 * and end as {@code UNAVAILABLE}, {@code UF}, unprocessed if it cannot be made. Once draining or
 * closed, a new stream ends at once as {@code UNAVAILABLE}, unprocessed. Every stream ends exactly
 * once.
 */
public interface ClientTransport {
  /** Opens a stream. Never blocks and never throws. */
  ClientStream newStream(Invocation invocation, ClientStream.Listener listener);

  /** Streams that have not ended. */
  int activeStreams();

  /** Whether new streams are taken: connecting counts, draining does not. */
  boolean acceptsStreams();

  /** Whether the connection stands. */
  boolean isReady();

  /** The peer, once connected. */
  @Nullable SocketAddress peer();

  /** Takes no new streams, lets those open end, then closes. */
  void drain();

  /** Closes at once; open streams end as {@code UNAVAILABLE}. */
  void close();

  /** What a connection goes through; called on its event loop. */
  interface Listener {
    /** The connection stands. */
    default void onReady() {}

    /**
     * The peer asked for no new streams, or {@link #drain} was called; opens elsewhere from now.
     */
    default void onDraining() {}

    /**
     * The connection is gone or could not be made. Comes last and once.
     *
     * @param reason what happened, for a person
     * @param wasReady whether it ever stood
     */
    default void onClosed(String reason, boolean wasReady) {}
  }
}
