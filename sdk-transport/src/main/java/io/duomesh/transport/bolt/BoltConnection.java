package io.duomesh.transport.bolt;

import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.netty.WriteQueue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What both ends of a Bolt connection share: cuts bytes into frames, checking every length before
 * anything is buffered for it, and closes the connection where the stream cannot be trusted any
 * more. Owned by its event loop.
 */
abstract class BoltConnection extends ByteToMessageDecoder {
  private static final Logger LOG = LoggerFactory.getLogger(BoltConnection.class);
  private static final int SHOWN_BYTES = 24;

  /** A content this many times too large is skipped; beyond that its length is no length. */
  private static final int SKIPPED_TIMES = 4;

  protected final TransportOptions options;
  private volatile @Nullable WriteQueue queue;
  private long toSkip;
  private boolean broken;

  BoltConnection(TransportOptions options) {
    this.options = options;
  }

  /** A frame has come; the receiver owns it. */
  abstract void onFrame(Channel channel, BoltFrame frame);

  /** A frame's content is larger than allowed and is skipped; the frame has no body. */
  abstract void onOversized(Channel channel, BoltFrame frame);

  /** The connection will close for a reason of ours. */
  void onBroken(String reason) {}

  /** Connects this handler with its channel; the first caller, loop or connecting thread, wins. */
  final synchronized void attach(Channel channel) {
    if (queue == null) {
      queue = new WriteQueue(channel, options.writeBufferBytes());
    }
  }

  /** The connection's writes; there once attached. */
  final WriteQueue queue() {
    WriteQueue attached = queue;
    if (attached == null) {
      throw new IllegalStateException("not attached to a channel");
    }
    return attached;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) throws Exception {
    attach(context.channel());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    queue().readStarted();
    super.channelRead(context, message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) throws Exception {
    queue().readCompleted();
    super.channelReadComplete(context);
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (broken) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (toSkip > 0) {
      int now = (int) Math.min(toSkip, in.readableBytes());
      in.skipBytes(now);
      toSkip -= now;
      return;
    }
    int at = in.readerIndex();
    int readable = in.readableBytes();
    int protocol = in.getByte(at);
    if (protocol != BoltFrame.V1 && protocol != BoltFrame.V2) {
      fail(context, in, "protocol", protocol, "1 or 2");
      return;
    }
    int shift = protocol - BoltFrame.V1; // v2 has one more byte, its version, before the type
    if (readable < 2 + shift) {
      return;
    }
    int version = shift == 0 ? 1 : in.getByte(at + 1);
    if (version != 1 && version != 2) {
      fail(context, in, "version", version, "1 or 2");
      return;
    }
    int type = in.getByte(at + 1 + shift);
    if (type < BoltFrame.RESPONSE || type > BoltFrame.ONE_WAY) {
      fail(context, in, "type", type, "0, 1 or 2");
      return;
    }
    if (readable >= BoltFrame.headLength(protocol, type)) {
      decode(context, in, protocol, version, type);
    }
  }

  private void decode(
      ChannelHandlerContext context, ByteBuf in, int protocol, int version, int type) {
    int shift = protocol - BoltFrame.V1;
    int at = in.readerIndex();
    int command = in.getShort(at + 2 + shift);
    if ((command < BoltFrame.HEARTBEAT || command > BoltFrame.REPLY)
        && command != BoltFrame.GO_AWAY) {
      fail(context, in, "command", command, "0, 1, 2 or 100");
      return;
    }
    int id = in.getInt(at + 5 + shift);
    int codec = in.getByte(at + 9 + shift);
    int switches = shift == 0 ? 0 : in.getByte(at + 11);
    int variable = at + 10 + 2 * shift;
    int timeoutOrStatus = type == 0 ? in.getShort(variable) : in.getInt(variable);
    int lengths = variable + (type == 0 ? 2 : 4);
    int classLength = in.getUnsignedShort(lengths);
    int headerLength = in.getUnsignedShort(lengths + 2);
    int contentLength = in.getInt(lengths + 4);
    int mostHeader = Math.min(options.maxHeaderBytes(), BoltFrame.MAX_SHORT_LENGTH);
    if (classLength > BoltFrame.MAX_SHORT_LENGTH) {
      fail(context, in, "class length", classLength, "at most " + BoltFrame.MAX_SHORT_LENGTH);
      return;
    }
    if (headerLength > mostHeader) {
      fail(context, in, "header length", headerLength, "at most " + mostHeader);
      return;
    }
    long most = options.maxMessageBytes();
    if (contentLength < 0 || contentLength > SKIPPED_TIMES * most) {
      fail(context, in, "content length", contentLength, "at most " + most);
      return;
    }
    int head = BoltFrame.headLength(protocol, type);
    int body = classLength + headerLength + contentLength;
    int checksum = BoltFrame.checksumLength(protocol, version, switches);
    boolean oversized = contentLength > most;
    if (oversized) {
      long whole = (long) head + body + checksum;
      int now = (int) Math.min(whole, in.readableBytes());
      in.skipBytes(now);
      toSkip = whole - now;
    } else if (in.readableBytes() < head + body + checksum) {
      return;
    } else if (checksum > 0
        && BoltFrame.checksum(in, at, head + body) != in.getInt(at + head + body)) {
      fail(context, in, "checksum", in.getInt(at + head + body), "the frame's CRC-32");
      return;
    } else {
      in.skipBytes(head);
    }
    BoltFrame frame =
        new BoltFrame(
            protocol,
            version,
            type,
            command,
            id,
            codec,
            switches,
            timeoutOrStatus,
            classLength,
            headerLength,
            contentLength,
            oversized || body == 0 ? null : in.readRetainedSlice(body));
    if (oversized) {
      onOversized(context.channel(), frame);
    } else {
      in.skipBytes(checksum);
      onFrame(context.channel(), frame);
    }
  }

  private void fail(
      ChannelHandlerContext context, ByteBuf in, String field, int value, String expected) {
    String reason = "bad Bolt frame: " + field + " " + value + " (expected: " + expected + ")";
    LOG.warn(
        "closing connection with {}: {}, frame begins {}",
        context.channel().remoteAddress(),
        reason,
        ByteBufUtil.hexDump(in, in.readerIndex(), Math.min(in.readableBytes(), SHOWN_BYTES)));
    in.skipBytes(in.readableBytes());
    close(context.channel(), reason);
  }

  /** Closes the connection, whose bytes are not looked at any more. */
  final void close(Channel channel, String reason) {
    broken = true;
    onBroken(reason);
    channel.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    Throwable root =
        cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
    if (!(root instanceof IOException)) { // a broken connection or TLS is no fault of ours
      LOG.warn("closing connection with {}", context.channel().remoteAddress(), root);
    }
    close(context.channel(), root.toString());
  }
}
