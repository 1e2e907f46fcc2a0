package io.duomesh.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPipeline;

/** A protocol that a server port can find behind a connection's first bytes. Stateless. */
public interface ServerProtocol {
  /** What the bytes so far say. */
  enum Match {
    /** It is this protocol. */
    YES,
    /** It is not. */
    NO,
    /** More bytes are needed to tell. */
    MORE
  }

  /** Looks at the first bytes, from the reader index, without moving it. */
  Match match(ByteBuf firstBytes);

  /**
   * Adds the protocol's handlers; the bytes seen are then read through them. Those react to {@link
   * DrainEvent} as a user event: they end what is in flight and close the channel.
   */
  void install(ChannelPipeline pipeline);
}
