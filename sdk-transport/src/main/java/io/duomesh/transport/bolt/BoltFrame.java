package io.duomesh.transport.bolt;

import io.duomesh.transport.BoltOptions.Frames;
import io.duomesh.transport.serialization.ClassFilter;
import io.duomesh.transport.serialization.HessianReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A frame of Bolt v1 or v2 as it arrived. Layout and numbers are those of SOFABolt's {@code
 * RpcCommandDecoder} and {@code RpcCommandDecoderV2}. Whoever holds it owns its body.
 *
 * @param protocol 1 or 2
 * @param version v2's protocol version, 1 or 2; 1 in v1
 * @param type {@link #RESPONSE}, {@link #REQUEST} or {@link #ONE_WAY}
 * @param command {@link #HEARTBEAT}, {@link #CALL}, {@link #REPLY} or {@link #GO_AWAY}
 * @param id correlates a response with its request
 * @param codec how the content is serialized
 * @param switches v2's switches; bit 0 for a CRC at the frame's end
 * @param timeoutOrStatus a request's timeout in milliseconds, or a response's status
 * @param body class name, header map and content; null if all three are empty or were left out
 */
record BoltFrame(
    byte protocol,
    byte version,
    byte type,
    byte command,
    int id,
    byte codec,
    byte switches,
    int timeoutOrStatus,
    short classLength,
    short headerLength,
    int contentLength,
    @Nullable ByteBuf body) {
  static final int V1 = 1;
  static final int V2 = 2;

  static final int RESPONSE = 0;
  static final int REQUEST = 1;
  static final int ONE_WAY = 2;

  static final int HEARTBEAT = 0;
  static final int CALL = 1;
  static final int REPLY = 2;

  /** Known to MOSN alone, which sends it as a request when it drains. */
  static final int GO_AWAY = 100;

  static final int HESSIAN = 1;
  static final int PROTOBUF = 11;
  static final int JSON = 12;

  /** Class names and header maps have 16-bit lengths that Java peers read as signed. */
  static final int MAX_SHORT_LENGTH = Short.MAX_VALUE;

  private static final int CRC_SWITCH = 1;

  /** Length of the part before the class name. */
  static int headLength(int protocol, int type) {
    return (type == RESPONSE ? 20 : 22) + (protocol == V2 ? 2 : 0);
  }

  /** Bytes of the checksum at the end of such a frame. */
  static int checksumLength(int protocol, int version, int switches) {
    return protocol == V2 && version == 2 && (switches & CRC_SWITCH) != 0 ? 4 : 0;
  }

  /** Length of a request of ours before its class name. */
  static int requestHead(Frames frames) {
    return frames == Frames.V1 ? 22 : 24;
  }

  /** Writes a request's head. */
  static void writeRequestHead(
      ByteBuf out,
      Frames frames,
      int type,
      int command,
      int id,
      int codec,
      int timeout,
      int classLength,
      int headerLength,
      int contentLength) {
    out.writeByte(frames == Frames.V1 ? V1 : V2);
    if (frames != Frames.V1) {
      out.writeByte(frames == Frames.V2 ? 1 : 2);
    }
    out.writeByte(type).writeShort(command).writeByte(1).writeInt(id).writeByte(codec);
    if (frames != Frames.V1) {
      out.writeByte(frames == Frames.V2_CRC && command != HEARTBEAT ? CRC_SWITCH : 0);
    }
    out.writeInt(timeout);
    out.writeShort(classLength).writeShort(headerLength).writeInt(contentLength);
  }

  /** Changes the id of a request that is not sealed. */
  static void setRequestId(ByteBuf request, Frames frames, int id) {
    request.setInt(frames == Frames.V1 ? 5 : 6, id);
  }

  /** Ends a request: nothing in it may change any more. */
  static void sealRequest(ByteBuf request, Frames frames) {
    if (frames == Frames.V2_CRC) {
      request.writeInt(checksum(request, request.readerIndex(), request.readableBytes()));
    }
  }

  /** Writes this frame as it came. */
  void write(ByteBuf out) {
    int start = out.writerIndex();
    out.writeByte(protocol);
    if (protocol == V2) {
      out.writeByte(version);
    }
    out.writeByte(type).writeShort(command).writeByte(1).writeInt(id).writeByte(codec);
    if (protocol == V2) {
      out.writeByte(switches);
    }
    if (type == RESPONSE) {
      out.writeShort(timeoutOrStatus);
    } else {
      out.writeInt(timeoutOrStatus);
    }
    out.writeShort(classLength).writeShort(headerLength).writeInt(contentLength);
    if (body != null) {
      out.writeBytes(body, body.readerIndex(), body.readableBytes());
    }
    if (checksumLength(protocol, version, switches) > 0) {
      out.writeInt(checksum(out, start, out.writerIndex() - start));
    }
  }

  /** Writes the head of a response to this request, in the request's own flavour. */
  void writeResponseHead(
      ByteBuf out, int replyCodec, int status, int classes, int headers, int contents) {
    out.writeByte(protocol);
    if (protocol == V2) {
      out.writeByte(version);
    }
    out.writeByte(RESPONSE).writeShort(command == HEARTBEAT ? HEARTBEAT : REPLY).writeByte(1);
    out.writeInt(id).writeByte(replyCodec);
    if (protocol == V2) {
      out.writeByte(switches & CRC_SWITCH);
    }
    out.writeShort(status).writeShort(classes).writeShort(headers).writeInt(contents);
  }

  /** Ends a response that {@link #writeResponseHead} began at index 0 of {@code out}. */
  void finishResponse(ByteBuf out) {
    if (checksumLength(protocol, version, switches) > 0) {
      out.writeInt(checksum(out, out.readerIndex(), out.readableBytes()));
    }
  }

  /** The CRC-32 that v2 appends. */
  static int checksum(ByteBuf bytes, int from, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes.nioBuffer(from, length));
    return (int) crc.getValue();
  }

  /** The class name. SOFARPC's two are not made anew. */
  String className() {
    if (body == null) {
      return "";
    }
    if (isNamed(body, Replies.RESPONSE_NAME)) {
      return SofaResponse.CLASS;
    }
    return isNamed(body, BoltMethod.REQUEST_NAME)
        ? BoltMethod.REQUEST_CLASS
        : body.toString(body.readerIndex(), classLength, StandardCharsets.UTF_8);
  }

  private boolean isNamed(ByteBuf in, byte[] name) {
    boolean equal = classLength == name.length;
    for (int i = 0; equal && i < name.length; i++) {
      equal = in.getByte(in.readerIndex() + i) == name[i];
    }
    return equal;
  }

  /** A copy of the header map's bytes. */
  byte[] headerBytes() {
    byte[] copy = new byte[headerLength];
    if (body != null) {
      body.getBytes(headerIndex(), copy);
    }
    return copy;
  }

  /** Where the header map begins in the body. */
  int headerIndex() {
    return body == null ? 0 : body.readerIndex() + classLength;
  }

  /** A copy of the content. */
  byte[] contentBytes() {
    byte[] copy = new byte[contentLength];
    if (body != null) {
      body.getBytes(contentIndex(), copy);
    }
    return copy;
  }

  /** Where the content begins in the body. */
  int contentIndex() {
    return headerIndex() + headerLength;
  }

  /** A reader of the content in Hessian. */
  HessianReader hessian(ClassFilter filter) {
    return HessianReader.sofa(
        body == null ? Unpooled.EMPTY_BUFFER : body, contentIndex(), contentLength, filter);
  }

  /** The content; valid until {@link #release}. */
  InputStream content() {
    return body == null
        ? InputStream.nullInputStream()
        : new ContentInput(body, contentIndex(), contentLength);
  }

  /** Gives the body back. */
  void release() {
    if (body != null) {
      body.release();
    }
  }
}
