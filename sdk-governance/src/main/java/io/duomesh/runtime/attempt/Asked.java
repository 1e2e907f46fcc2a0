package io.duomesh.runtime.attempt;

import io.duomesh.transport.ClientStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the caller of a {@link StreamCall} has asked for: replaced as a whole, since callers ask
 * while a stream is being opened, or turned away.
 *
 * @param stream the stream that takes it; null while one is being opened
 * @param waiting what is to be done to the stream that is being opened
 * @param sent whether a stream was given anything but requests for messages
 * @param turnedAway streams that were refused before
 * @param requested messages asked for, as long as nothing was sent
 */
record Asked(
    @Nullable ClientStream stream,
    List<Consumer<ClientStream>> waiting,
    boolean sent,
    int turnedAway,
    long requested) {
  static final Asked NOTHING = new Asked(null, List.of(), false, 0, 0);

  /** Whether the call stays where it is. */
  boolean settled() {
    return sent && stream != null;
  }

  Asked plus(int count) {
    return new Asked(stream, waiting, sent, turnedAway, requested + count);
  }

  Asked with(Consumer<ClientStream> step) {
    if (stream != null) {
      return new Asked(stream, waiting, true, turnedAway, requested);
    }
    List<Consumer<ClientStream>> more = new ArrayList<>(waiting);
    more.add(step);
    return new Asked(null, more, sent, turnedAway, requested);
  }

  /** What waited is being done. */
  Asked taken() {
    return new Asked(stream, List.of(), sent || !waiting.isEmpty(), turnedAway, requested);
  }

  Asked on(ClientStream opened) {
    return new Asked(opened, List.of(), sent, turnedAway, requested);
  }

  Asked again() {
    return new Asked(null, waiting, false, turnedAway + 1, requested);
  }
}
