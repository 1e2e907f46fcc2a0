package io.duomesh.benchmarks;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A library under test: an echo of 1 KB, handled on the event loop on both sides. */
interface Peer {
  /** The echoed payload. */
  static byte[] payload() {
    byte[] bytes = new byte[1024];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ('a' + i % 26);
    }
    return bytes;
  }

  /** Starts the server; its port. */
  int serve() throws Exception;

  /** Connects the client. */
  Caller connect(int port) throws Exception;

  /** Starts calls. */
  interface Caller {
    /** One call; {@code done} gets null, or why it failed, on the thread that has the response. */
    void call(BiConsumer<@Nullable Object, @Nullable Throwable> done);
  }

  /** The peer of a name. */
  static Peer of(String name) {
    return switch (name) {
      case "duomesh-bolt" -> new DuomeshPeer("bolt");
      case "sofabolt" -> new SofaBoltPeer();
      case "duomesh-triple" -> new DuomeshPeer("triple");
      case "grpc-java" -> new GrpcPeer();
      default -> throw new IllegalArgumentException("peer: " + name);
    };
  }
}
