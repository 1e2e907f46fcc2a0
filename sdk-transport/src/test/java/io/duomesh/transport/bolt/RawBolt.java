package io.duomesh.transport.bolt;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** A peer of which nothing is known but its bytes. */
final class RawBolt implements Closeable {
  final Socket socket;
  private final DataInputStream in;

  RawBolt(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    socket.setSoTimeout(5_000);
  }

  static RawBolt connect(int port) throws IOException {
    return new RawBolt(new Socket("127.0.0.1", port));
  }

  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  void send(String hex) throws IOException {
    send(hex(hex));
  }

  /** Reads one frame of any kind, whole. */
  byte[] read() throws IOException {
    int protocol = in.readUnsignedByte();
    int shift = protocol - 1;
    byte[] start = new byte[1 + shift];
    in.readFully(start);
    int type = start[shift];
    byte[] rest = new byte[(type == 0 ? 18 : 20) + shift];
    in.readFully(rest);
    ByteBuffer head = ByteBuffer.allocate(2 + shift + rest.length);
    head.put((byte) protocol).put(start).put(rest);
    int lengths = head.position() - 8;
    int body = head.getShort(lengths) + head.getShort(lengths + 2) + head.getInt(lengths + 4);
    boolean checked = shift == 1 && start[0] == 2 && (head.get(11) & 1) == 1;
    byte[] bytes = new byte[body + (checked ? 4 : 0)];
    in.readFully(bytes);
    return ByteBuffer.allocate(head.position() + bytes.length)
        .put(head.array(), 0, head.position())
        .put(bytes)
        .array();
  }

  /** Whether the peer closes the connection within the socket's time, sending nothing more. */
  boolean isClosed() throws IOException {
    try {
      return in.read() < 0;
    } catch (EOFException | java.net.SocketException e) {
      return true;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
