package io.duomesh.transport.triple;

import io.duomesh.transport.ServerTransport;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.netty.ServerProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import java.nio.charset.StandardCharsets;

/**
 * Triple on a server's port: known by the preface of HTTP/2 (RFC 9113, 3.4), with or without TLS.
 * Serves any number of connections.
 */
public final class TripleServer implements ServerProtocol {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final TransportOptions options;
  private final ServerTransport.Listener listener;
  private final ServerCodecs codecs;
  private final RequestPaths paths = new RequestPaths();

  /** Triple within limits, for whoever serves the calls. */
  public TripleServer(TransportOptions options, ServerTransport.Listener listener) {
    this.options = options;
    this.listener = listener;
    this.codecs = new ServerCodecs(options);
  }

  @Override
  public Match match(ByteBuf firstBytes) {
    int known = Math.min(firstBytes.readableBytes(), PREFACE.length);
    for (int i = 0; i < known; i++) {
      if (firstBytes.getByte(firstBytes.readerIndex() + i) != PREFACE[i]) {
        return Match.NO;
      }
    }
    return known == PREFACE.length ? Match.YES : Match.MORE;
  }

  @Override
  public void install(ChannelPipeline pipeline) {
    Channel channel = pipeline.channel();
    pipeline.addLast(
        Http2Limits.server(
            options,
            (decoder, encoder, settings) ->
                new TripleServerHandler(decoder, encoder, settings, this, channel)));
  }

  TransportOptions options() {
    return options;
  }

  ServerTransport.Listener listener() {
    return listener;
  }

  ServerCodecs codecs() {
    return codecs;
  }

  RequestPaths paths() {
    return paths;
  }
}
