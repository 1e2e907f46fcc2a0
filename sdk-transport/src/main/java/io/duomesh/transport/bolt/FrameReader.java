package io.duomesh.transport.bolt;

import io.duomesh.transport.TransportOptions;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Cuts one connection's bytes into frames. Every field is checked as soon as it is there, before
 * anything is kept for it; a frame that is too large to be taken is passed over, so that its
 * request can be refused and the connection stays. Owned by the connection's event loop.
 */
final class FrameReader {
  /** A content this many times too large is skipped; beyond that its length is no length. */
  private static final int SKIPPED_TIMES = 4;

  private final int mostClass;
  private final int mostHeader;
  private final int mostContent;
  private long toSkip;

  FrameReader(TransportOptions options) {
    this.mostClass = options.bolt().maxClassNameBytes();
    this.mostHeader = Math.min(options.maxHeaderBytes(), BoltFrame.MAX_SHORT_LENGTH);
    this.mostContent = options.maxMessageBytes();
  }

  /** Whether a frame has begun whose rest is being skipped. */
  boolean isSkipping() {
    return toSkip > 0;
  }

  /**
   * The next frame; the caller owns it. One that is too large has no body, see {@link #excess}.
   *
   * @return null where more bytes are needed
   * @throws MalformedFrameException if what follows is no frame
   */
  @Nullable BoltFrame read(ByteBuf in) throws MalformedFrameException {
    if (toSkip > 0) {
      int now = (int) Math.min(toSkip, in.readableBytes());
      in.skipBytes(now);
      toSkip -= now;
    }
    int at = in.readerIndex();
    int readable = in.readableBytes();
    if (readable == 0) {
      return null;
    }
    int protocol = in.getByte(at);
    check(BadInput.PROTOCOL, protocol, BoltFrame.V1, BoltFrame.V2, "1 or 2");
    int shift = protocol - BoltFrame.V1; // v2 has one more byte, its version, before the type
    if (readable < 2 + shift) {
      return null;
    }
    int version = shift == 0 ? 1 : in.getByte(at + 1);
    check(BadInput.VERSION, version, 1, 2, "1 or 2");
    int type = in.getByte(at + 1 + shift);
    check(BadInput.TYPE, type, BoltFrame.RESPONSE, BoltFrame.ONE_WAY, "0, 1 or 2");
    return readable < BoltFrame.headLength(protocol, type)
        ? null
        : read(in, protocol, version, type);
  }

  private @Nullable BoltFrame read(ByteBuf in, int protocol, int version, int type)
      throws MalformedFrameException {
    int shift = protocol - BoltFrame.V1;
    int at = in.readerIndex();
    int command = in.getShort(at + 2 + shift);
    if (command != BoltFrame.GO_AWAY) {
      check(BadInput.COMMAND, command, BoltFrame.HEARTBEAT, BoltFrame.REPLY, "0, 1, 2 or 100");
    }
    int variable = at + 10 + 2 * shift;
    int lengths = variable + (type == BoltFrame.RESPONSE ? 2 : 4);
    int classLength = in.getUnsignedShort(lengths);
    int headerLength = in.getUnsignedShort(lengths + 2);
    int contentLength = in.getInt(lengths + 4);
    // beyond these, peers read different lengths
    checkLength(BadInput.CLASS_LENGTH, classLength, BoltFrame.MAX_SHORT_LENGTH, mostClass);
    checkLength(BadInput.HEADER_LENGTH, headerLength, BoltFrame.MAX_SHORT_LENGTH, mostHeader);
    checkLength(
        BadInput.CONTENT_LENGTH, contentLength, (long) SKIPPED_TIMES * mostContent, mostContent);
    int switches = shift == 0 ? 0 : in.getByte(at + 11);
    int head = BoltFrame.headLength(protocol, type);
    long body = (long) classLength + headerLength + contentLength;
    int checksum = BoltFrame.checksumLength(protocol, version, switches);
    boolean oversized =
        classLength > mostClass || headerLength > mostHeader || contentLength > mostContent;
    if (oversized) {
      toSkip = head + body + checksum;
    } else if (in.readableBytes() < head + body + checksum) {
      return null;
    } else if (checksum > 0) {
      verify(in, head + (int) body);
    }
    BoltFrame frame =
        new BoltFrame(
            (byte) protocol,
            (byte) version,
            (byte) type,
            (byte) command,
            in.getInt(at + 5 + shift),
            in.getByte(at + 9 + shift),
            (byte) switches,
            type == BoltFrame.RESPONSE ? in.getShort(variable) : in.getInt(variable),
            (short) classLength,
            (short) headerLength,
            contentLength,
            oversized || body == 0 ? null : in.retainedSlice(at + head, (int) body));
    if (!oversized) {
      in.skipBytes(head + (int) body + checksum);
    } else {
      int now = (int) Math.min(toSkip, in.readableBytes());
      in.skipBytes(now);
      toSkip -= now;
    }
    return frame;
  }

  /** What a frame has more of than is taken, for which it came without its body; or null. */
  @Nullable String excess(BoltFrame frame) {
    if (frame.contentLength() > mostContent) {
      return excess(
          "content", frame.contentLength(), mostContent, "duomesh.transport.max-message-size");
    }
    if (frame.headerLength() > mostHeader) {
      return excess(
          "headers", frame.headerLength(), mostHeader, "duomesh.transport.max-header-size");
    }
    return frame.classLength() > mostClass
        ? excess("class name", frame.classLength(), mostClass, "duomesh.bolt.max-class-name-size")
        : null;
  }

  private static String excess(String what, int bytes, int most, String setting) {
    return what + " of " + bytes + " bytes (expected: at most " + most + ", " + setting + ")";
  }

  private static void verify(ByteBuf in, int length) throws MalformedFrameException {
    int at = in.readerIndex();
    int sent = in.getInt(at + length);
    if (BoltFrame.checksum(in, at, length) != sent) {
      throw new MalformedFrameException(BadInput.CHECKSUM, sent, "the frame's CRC-32");
    }
  }

  private static void check(BadInput what, int value, int least, int most, String expected)
      throws MalformedFrameException {
    if (value < least || value > most) {
      throw new MalformedFrameException(what, value, expected);
    }
  }

  private static void checkLength(BadInput what, int value, long most, int said)
      throws MalformedFrameException {
    if (value < 0 || value > most) {
      throw new MalformedFrameException(what, value, "at most " + said);
    }
  }
}
