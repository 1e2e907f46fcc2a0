package io.duomesh.interop;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Connections that do as they like with a server's port, each in its own way, by raw bytes. */
final class RawVisits {
  private static final HexFormat HEX = HexFormat.of();
  private static final String REQUEST_CLASS = "com.alipay.sofa.rpc.core.request.SofaRequest";

  /** A SofaRequest of a method of four letters with the argument "a". */
  private static final String CONTENT =
      "4fbc636f6d2e616c697061792e736f66612e7270632e636f72652e726571756573742e536f66615265717565"
          + "7374920a6d6574686f644e616d650d6d6574686f6441726753696773"
          + "6f9004%s567400075b737472696e676e01106a6176612e6c616e672e537472696e677a0161";

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(StandardCharsets.US_ASCII);

  /** What a connection does before its end. */
  interface Visit {
    /** Returns whether it ends by a reset. */
    boolean on(Socket socket) throws IOException;
  }

  private final String service;
  private final int port;

  RawVisits(String service, int port) {
    this.service = service;
    this.port = port;
  }

  /** To a port in plaintext. */
  List<Visit> plain() {
    return List.of(
        socket -> askBolt(socket, "echo", false),
        socket -> askBolt(socket, "echo", true),
        socket -> send(socket, bolt("echo", 40), false), // half a frame
        socket -> send(socket, bolt("echo", 40), true),
        socket -> send(socket, bolt("hold", 0), true), // in the middle of a call
        socket -> send(socket, bolt("hold", 0), false),
        socket -> send(socket, new byte[0], true),
        socket -> send(socket, HEX.parseHex("ffffffffffff"), false), // no protocol
        socket -> send(socket, "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8), false),
        socket -> send(socket, PREFACE, true),
        socket -> send(socket, PREFACE, false),
        socket -> send(socket, http2("echo", 5), true), // half a frame
        socket -> send(socket, http2("hold", 0), true), // in the middle of a call
        socket -> send(socket, http2("hold", 0), false));
  }

  /** To a port that wants TLS. */
  List<Visit> secured() {
    return List.of(
        socket -> send(socket, bolt("echo", 0), false),
        socket -> send(socket, HEX.parseHex("16030100"), true), // half a handshake
        socket -> send(socket, HEX.parseHex("160301000401000000"), false), // none that is one
        socket -> send(socket, new byte[0], false));
  }

  void visit(Visit visit) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(20_000);
      if (visit.on(socket)) {
        socket.setSoLinger(true, 0);
      }
    }
  }

  private static boolean send(Socket socket, byte[] bytes, boolean reset) throws IOException {
    socket.getOutputStream().write(bytes);
    return reset;
  }

  private boolean askBolt(Socket socket, String method, boolean reset) throws IOException {
    socket.getOutputStream().write(bolt(method, 0));
    if (socket.getInputStream().readNBytes(20).length < 20) {
      throw new IOException("no answer");
    }
    return reset;
  }

  private byte[] bolt(String method, int missing) throws IOException {
    byte[] content =
        HEX.parseHex(CONTENT.formatted(HEX.formatHex(method.getBytes(StandardCharsets.US_ASCII))));
    ByteArrayOutputStream headers = new ByteArrayOutputStream();
    DataOutputStream map = new DataOutputStream(headers);
    for (String text : List.of("service", service + ":1.0")) {
      map.writeInt(text.length());
      map.writeBytes(text);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream frame = new DataOutputStream(bytes);
    frame.write(HEX.parseHex("01010001010000000701" + "00000bb8"));
    frame.writeShort(REQUEST_CLASS.length());
    frame.writeShort(headers.size());
    frame.writeInt(content.length);
    frame.writeBytes(REQUEST_CLASS);
    headers.writeTo(frame);
    frame.write(content);
    return java.util.Arrays.copyOf(bytes.toByteArray(), bytes.size() - missing);
  }

  private byte[] http2(String method, int missing) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    Map.of(
            ":method", "POST",
            ":scheme", "http",
            ":path", "/" + service + "/" + method,
            ":authority", "soak.test",
            "content-type", "application/grpc")
        .entrySet()
        .stream()
        .sorted(Map.Entry.comparingByKey()) // pseudo headers first
        .forEach(
            header -> {
              block.write(0); // literal, not indexed
              for (String text : List.of(header.getKey(), header.getValue())) {
                block.write(text.length());
                block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
              }
            });
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(PREFACE);
    bytes.write(HEX.parseHex("%06x".formatted(block.size()) + "0104" + "00000001"));
    block.writeTo(bytes);
    return java.util.Arrays.copyOf(bytes.toByteArray(), bytes.size() - missing);
  }
}
