package io.duomesh.benchmarks;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A library under test, as {@link Peers} names it. */
interface Peer {
  /** Starts the server; its port. */
  int serve(Load load) throws Exception;

  /** Connects the client. */
  Caller connect(int port, Load load) throws Exception;

  /** Makes calls. */
  interface Caller {
    /**
     * One call; {@code done} gets the echo, or why it failed, on whatever thread the library has
     * for results. A caller that {@link #blocks} returns after that.
     */
    void call(BiConsumer<@Nullable Object, @Nullable Throwable> done);

    /** Whether calls are made by as many threads as are in flight. */
    default boolean blocks() {
      return false;
    }
  }
}
