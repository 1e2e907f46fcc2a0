package io.duomesh.transport.triple;

import io.duomesh.transport.TransportOptions;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2HeadersEncoder.SensitivityDetector;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.AsciiString;
import java.util.Set;

/**
 * Builds the HTTP/2 handlers of both sides, through Netty's own builder since that is where its
 * protections are wired: header validation, limits of resets, control frames, CONTINUATION and
 * empty DATA.
 */
final class Http2Limits extends AbstractHttp2ConnectionHandlerBuilder<TripleHandler, Http2Limits> {
  /** Window of one stream. */
  static final int STREAM_WINDOW = 1 << 20;

  /** Window of a connection: some streams may be slow without stopping the others. */
  static final int CONNECTION_WINDOW = 8 << 20;

  private static final int QUEUED_CONTROL_FRAMES = 1_000;

  /** Values that differ by call or are secret: indexing them would only push others out. */
  private static final Set<AsciiString> NEVER_INDEXED =
      Set.of(
          AsciiString.cached("authorization"),
          AsciiString.cached("cookie"),
          AsciiString.cached("traceparent"),
          AsciiString.cached("tracestate"),
          AsciiString.cached("x-request-id"),
          AsciiString.cached("x-b3-traceid"),
          AsciiString.cached("x-b3-spanid"),
          AsciiString.cached("b3"),
          AsciiString.cached("sw8"));

  private static final SensitivityDetector DETECTOR =
      (name, value) -> name instanceof AsciiString known && NEVER_INDEXED.contains(known);

  private final Maker maker;

  /** Makes the handler of one side. */
  interface Maker {
    /** The handler over a codec. */
    TripleHandler make(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings);
  }

  private Http2Limits(Maker maker) {
    this.maker = maker;
  }

  /** A handler of a client's connection. */
  static TripleHandler client(TransportOptions options, Maker maker) {
    return new Http2Limits(maker)
        .server(false)
        .common(settings(options).pushEnabled(false).maxConcurrentStreams(0))
        .build();
  }

  /** A handler of a server's connection. */
  static TripleHandler server(TransportOptions options, Maker maker) {
    // every call in flight may time out at once, and again a second later; a flood is far above
    // that
    int resets = 2 * options.maxConcurrentStreams();
    return new Http2Limits(maker)
        .server(true)
        .common(settings(options).maxConcurrentStreams(options.maxConcurrentStreams()))
        .decoderEnforceMaxRstFramesPerWindow(resets, 1)
        .encoderEnforceMaxRstFramesPerWindow(resets, 1)
        .build();
  }

  private static Http2Settings settings(TransportOptions options) {
    return new Http2Settings()
        .initialWindowSize(STREAM_WINDOW)
        .maxHeaderListSize(options.maxHeaderBytes());
  }

  private Http2Limits common(Http2Settings settings) {
    return initialSettings(settings)
        .validateHeaders(true)
        .headerSensitivityDetector(DETECTOR)
        .encoderEnforceMaxQueuedControlFrames(QUEUED_CONTROL_FRAMES)
        .decoupleCloseAndGoAway(true);
  }

  @Override
  protected TripleHandler build() {
    return super.build();
  }

  @Override
  protected TripleHandler build(
      Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
    return maker.make(decoder, encoder, settings);
  }
}
