package io.duomesh.transport.triple;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The other side of an HTTP/2 connection, frame by frame, well behaved or not. Blocking. */
final class RawPeer implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int PUSH_PROMISE = 5;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;
  static final int TABLE_SIZE = 1; // a setting
  static final int INITIAL_WINDOW = 4; // a setting
  static final int MAX_STREAMS = 3; // a setting
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);

  /** Reads header blocks that announce tables up to a size, as it has offered. */
  void takesTables(long most) throws Http2Exception {
    decoder.configuration().maxHeaderTableSize(most);
  }

  /** A frame. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Frame(int type, int flags, int stream, byte[] payload) {
    boolean is(int wanted) {
      return type == wanted;
    }

    boolean ends() {
      return (flags & END_STREAM) != 0;
    }

    /** The error code of a reset or, behind its last stream, of a GOAWAY. */
    int errorCode() {
      return Unpooled.wrappedBuffer(payload).getInt(type == GOAWAY ? 4 : 0);
    }
  }

  private RawPeer(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(5_000);
    socket.setTcpNoDelay(true);
    this.in = new DataInputStream(socket.getInputStream());
    this.out = socket.getOutputStream();
  }

  /** A client that has said its preface. */
  static RawPeer client(int port, int... settings) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(16 << 10); // what is not read is soon noticed
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    RawPeer peer = new RawPeer(socket);
    peer.out.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
    peer.settings(settings);
    return peer;
  }

  /** A server that has read the client's preface and said its settings. */
  static RawPeer server(Socket accepted, int... settings) throws IOException {
    RawPeer peer = new RawPeer(accepted);
    peer.in.readFully(new byte[PREFACE.length()]);
    peer.settings(settings);
    return peer;
  }

  /** Settings, as identifiers and values in turn. */
  RawPeer settings(int... settings) throws IOException {
    ByteBuf payload = Unpooled.buffer();
    for (int i = 0; i < settings.length; i += 2) {
      payload.writeShort(settings[i]).writeInt(settings[i + 1]);
    }
    byte[] bytes = new byte[payload.readableBytes()];
    payload.readBytes(bytes);
    return send(SETTINGS, 0, 0, bytes);
  }

  RawPeer send(int type, int flags, int stream, int... payload) throws IOException {
    byte[] bytes = new byte[payload.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) payload[i];
    }
    return send(type, flags, stream, bytes);
  }

  RawPeer send(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteBuf frame = Unpooled.buffer();
    frame.writeMedium(payload.length).writeByte(type).writeByte(flags).writeInt(stream);
    frame.writeBytes(payload);
    out.write(frame.array(), 0, frame.readableBytes());
    return this;
  }

  /** Headers, as literals that are not indexed. */
  RawPeer headers(int stream, boolean end, String... namesAndValues) throws IOException {
    return send(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block(namesAndValues));
  }

  /** A block of such headers. */
  static byte[] block(String... namesAndValues) {
    ByteBuf block = Unpooled.buffer();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      block.writeByte(0);
      literal(block, namesAndValues[i]);
      literal(block, namesAndValues[i + 1]);
    }
    byte[] bytes = new byte[block.readableBytes()];
    block.readBytes(bytes);
    return bytes;
  }

  /** Bytes as they are. */
  RawPeer raw(byte[] bytes) throws IOException {
    out.write(bytes);
    return this;
  }

  private static void literal(ByteBuf block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length < 127) {
      block.writeByte(bytes.length);
    } else {
      block.writeByte(127);
      int rest = bytes.length - 127;
      while (rest >= 128) {
        block.writeByte(rest & 0x7f | 0x80);
        rest >>>= 7;
      }
      block.writeByte(rest);
    }
    block.writeBytes(bytes);
  }

  /** A gRPC message in a DATA frame. */
  RawPeer message(int stream, boolean end, int flag, byte[] message) throws IOException {
    ByteBuf data = Unpooled.buffer().writeByte(flag).writeInt(message.length).writeBytes(message);
    byte[] bytes = new byte[data.readableBytes()];
    data.readBytes(bytes);
    return send(DATA, end ? END_STREAM : 0, stream, bytes);
  }

  /** The next frame that is not the connection's upkeep; null once the connection is closed. */
  Frame next() throws IOException {
    while (true) {
      Frame frame = read();
      if (frame == null || frame.stream() != 0 || frame.is(GOAWAY)) {
        return frame;
      }
      if (frame.is(SETTINGS) && !frame.ends()) {
        send(SETTINGS, END_STREAM, 0); // ACK has the same bit
      } else if (frame.is(PING) && !frame.ends()) {
        send(PING, END_STREAM, 0, frame.payload());
      }
    }
  }

  /** Answers PINGs until so many have come. */
  void answerPings(int count) throws IOException {
    for (int seen = 0; seen < count; ) {
      Frame frame = read();
      if (frame == null) {
        throw new EOFException("closed after " + seen + " PINGs");
      }
      if (frame.is(PING) && !frame.ends()) {
        send(PING, END_STREAM, 0, frame.payload());
        seen++;
      }
    }
  }

  /** The next frame of a type. */
  Frame next(int type) throws IOException {
    for (Frame frame = next(); frame != null; frame = next()) {
      if (frame.is(type)) {
        return frame;
      }
    }
    throw new EOFException("closed before a frame of type " + type);
  }

  private Frame read() throws IOException {
    try {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      byte[] payload = new byte[length];
      in.readFully(payload);
      return new Frame(type, flags, stream, payload);
    } catch (EOFException | SocketException closed) {
      return null;
    }
  }

  /** The header list of a HEADERS frame. */
  List<Map.Entry<String, String>> decode(Frame frame) throws Exception {
    Http2Headers headers =
        decoder.decodeHeaders(frame.stream(), Unpooled.wrappedBuffer(frame.payload()));
    List<Map.Entry<String, String>> list = new ArrayList<>();
    headers.forEach(h -> list.add(Map.entry(h.getKey().toString(), h.getValue().toString())));
    return list;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
