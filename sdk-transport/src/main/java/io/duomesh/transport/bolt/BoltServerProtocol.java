package io.duomesh.transport.bolt;

import io.duomesh.transport.ServerTransport;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.Transports;
import io.duomesh.transport.netty.ServerProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPipeline;

/** Bolt on a server's port: its first byte is 1 or 2. */
public final class BoltServerProtocol implements ServerProtocol {
  private final TransportOptions options;
  private final BoltCounters counters;
  private final BoltMethods methods;
  private final ServerTransport.Listener listener;

  /** Bolt for the calls that a listener takes. */
  public BoltServerProtocol(Transports transports, ServerTransport.Listener listener) {
    this.options = transports.options();
    this.counters = BoltCounters.of(transports);
    this.methods = BoltMethods.of(transports);
    this.listener = listener;
  }

  @Override
  public Match match(ByteBuf firstBytes) {
    int first = firstBytes.getByte(firstBytes.readerIndex());
    return first == BoltFrame.V1 || first == BoltFrame.V2 ? Match.YES : Match.NO;
  }

  @Override
  public void install(ChannelPipeline pipeline) {
    pipeline.addLast(new BoltServerConnection(options, counters, methods, listener));
  }
}
