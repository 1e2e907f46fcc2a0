package io.duomesh.transport.bolt;

import io.duomesh.transport.Transports;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;

/**
 * The same as {@link FrameFuzzTarget} against the whole connection of a server: ten times dearer.
 */
public final class ConnectionFuzzTarget {
  private static final Transports TRANSPORTS = new Transports(FrameFuzzTarget.OPTIONS);
  private static final BoltCounters COUNTERS = BoltCounters.of(TRANSPORTS);
  private static final BoltMethods METHODS = BoltMethods.of(TRANSPORTS);

  private ConnectionFuzzTarget() {}

  /** One execution; throws anything but what a connection may throw. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    int piece = FrameFuzzTarget.piece(input[0]);
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new BoltServerConnection(
                FrameFuzzTarget.OPTIONS, COUNTERS, METHODS, new DemoService()));
    for (int at = 1; at < input.length && channel.isOpen(); at += piece) {
      channel.writeInbound(Unpooled.wrappedBuffer(input, at, Math.min(piece, input.length - at)));
    }
    channel.checkException();
    channel.finishAndReleaseAll();
  }
}
