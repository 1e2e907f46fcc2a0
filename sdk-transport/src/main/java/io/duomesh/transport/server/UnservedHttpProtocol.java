package io.duomesh.transport.server;

import io.duomesh.transport.netty.ServerProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * HTTP/1.1, which nothing serves here yet: answered in order, so that its client knows what it met.
 */
final class UnservedHttpProtocol implements ServerProtocol {
  private static final List<String> METHODS =
      List.of(
          "GET ", "POST ", "PUT ", "HEAD ", "DELETE ", "OPTIONS ", "PATCH ", "CONNECT ", "TRACE ");
  private static final String TEXT =
      "This port takes Bolt, and gRPC or Triple over HTTP/2 with prior knowledge; not HTTP/1.1.\n";
  private static final String ANSWER =
      "HTTP/1.1 426 Upgrade Required\r\n"
          + "Upgrade: h2c\r\nConnection: Upgrade, close\r\n"
          + "Content-Type: text/plain\r\nContent-Length: "
          + TEXT.length()
          + "\r\n\r\n"
          + TEXT;

  @Override
  public Match match(ByteBuf firstBytes) {
    boolean more = false;
    for (String method : METHODS) {
      int seen = Math.min(method.length(), firstBytes.readableBytes());
      String start =
          firstBytes.toString(firstBytes.readerIndex(), seen, StandardCharsets.ISO_8859_1);
      if (method.equals(start)) {
        return Match.YES;
      }
      more |= method.startsWith(start);
    }
    return more ? Match.MORE : Match.NO;
  }

  @Override
  public void install(ChannelPipeline pipeline) {
    pipeline.addLast(
        new ChannelInboundHandlerAdapter() {
          @Override
          public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
            if (context.channel().config().isAutoRead()) {
              context.channel().config().setAutoRead(false); // one answer, whatever follows
              context
                  .writeAndFlush(Unpooled.copiedBuffer(ANSWER, StandardCharsets.ISO_8859_1))
                  .addListener(ChannelFutureListener.CLOSE);
            }
          }
        });
  }
}
