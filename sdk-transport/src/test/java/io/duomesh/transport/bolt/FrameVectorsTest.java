package io.duomesh.transport.bolt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duomesh.Settings;
import io.duomesh.transport.BoltOptions.Frames;
import io.duomesh.transport.TransportOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames that real peers sent, and header maps that SOFARPC wrote. */
class FrameVectorsTest {
  private static final TransportOptions OPTIONS = TransportOptions.of(Settings.of(Map.of()));

  /** A frame and its fields. */
  record Vector(String name, JsonNode fields) {
    byte[] bytes() {
      return RawBolt.hex(fields.get("hex").asText());
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Vector> vectors() throws IOException {
    List<Vector> all = new ArrayList<>();
    for (JsonNode each : resource("captured-frames.json").get("frames")) {
      all.add(new Vector(each.get("name").asText(), each));
    }
    return all.stream();
  }

  private static JsonNode resource(String name) throws IOException {
    try (InputStream in = FrameVectorsTest.class.getResourceAsStream(name)) {
      return new ObjectMapper().readTree(in);
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void capturedFrameIsReadAndWrittenAgainAsItWas(Vector vector) throws Exception {
    ByteBuf in = Unpooled.wrappedBuffer(vector.bytes());
    BoltFrame frame = new FrameReader(OPTIONS).read(in);
    assertNotNull(frame);
    assertEquals(0, in.readableBytes());
    expect(vector, "proto", frame.protocol());
    expect(vector, "ver1", frame.version());
    expect(vector, "cmdcode", frame.command());
    expect(vector, "requestId", frame.id());
    expect(vector, "codec", frame.codec());
    expect(vector, "switch", frame.switches());
    expect(vector, "timeout", frame.timeoutOrStatus());
    expect(vector, "status", frame.timeoutOrStatus());
    expect(vector, "classLen", frame.classLength());
    expect(vector, "headerLen", frame.headerLength());
    expect(vector, "contentLen", frame.contentLength());
    ByteBuf out = Unpooled.buffer();
    frame.write(out);
    assertEquals(ByteBufUtil.hexDump(vector.bytes()), ByteBufUtil.hexDump(out));
    frame.release();
  }

  private static void expect(Vector vector, String field, int value) {
    JsonNode expected = vector.fields.get(field);
    if (expected != null) {
      assertEquals(expected.asInt(), value, field);
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void capturedFrameThatComesInPiecesIsReadOnceItIsWhole(Vector vector) throws Exception {
    FrameReader reader = new FrameReader(OPTIONS);
    byte[] bytes = vector.bytes();
    for (int length = 0; length < bytes.length; length++) {
      assertNull(reader.read(Unpooled.wrappedBuffer(bytes, 0, length)));
    }
    BoltFrame frame = reader.read(Unpooled.wrappedBuffer(vector.bytes()));
    assertNotNull(frame);
    frame.release();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void headerMapsOfCapturedFramesHaveNoDoubt(Vector vector) throws Exception {
    BoltFrame frame = new FrameReader(OPTIONS).read(Unpooled.wrappedBuffer(vector.bytes()));
    assertNotNull(frame);
    ByteBuf out = Unpooled.buffer();
    HeaderMap.forEach(
        frame.headerBytes(),
        (block, key, keyLength, value, valueLength) ->
            HeaderMap.write(
                out,
                HeaderMap.text(block, key, keyLength),
                HeaderMap.text(block, value, valueLength)));
    assertArrayEquals(frame.headerBytes(), ByteBufUtil.getBytes(out));
    frame.release();
  }

  @Test
  void headerMapsOfSofaRpcAreRead() throws Exception {
    int read = 0;
    for (JsonNode each : resource("header-map.json").get("cases")) {
      byte[] block = RawBolt.hex(each.get("hex").asText("").replace("null", ""));
      Map<String, String> map = new LinkedHashMap<>();
      HeaderMap.forEach(
          block,
          (bytes, key, keyLength, value, valueLength) ->
              map.put(
                  HeaderMap.text(bytes, key, keyLength),
                  HeaderMap.text(bytes, value, valueLength)));
      if (block.length > 0 && !each.get("case").asText().startsWith("null")) {
        assertEquals(each.get("decodesTo").asText(), new java.util.TreeMap<>(map).toString());
        read++;
      }
    }
    assertEquals(5, read);
  }

  @ParameterizedTest
  @EnumSource(Frames.class)
  void requestIsWrittenInTheConfiguredFlavour(Frames frames) throws Exception {
    ByteBuf out = Unpooled.buffer();
    int head = BoltFrame.requestHead(frames);
    out.writerIndex(0);
    BoltFrame.writeRequestHead(out, frames, BoltFrame.REQUEST, BoltFrame.CALL, 0, 1, 3000, 3, 0, 2);
    assertEquals(head, out.writerIndex());
    out.writeBytes(new byte[] {'a', 'b', 'c', 1, 2});
    BoltFrame.setRequestId(out, frames, 0x01020304);
    BoltFrame.sealRequest(out, frames);
    byte[] sealed = ByteBufUtil.getBytes(out);
    BoltFrame frame = new FrameReader(OPTIONS).read(out);
    assertNotNull(frame);
    assertEquals(frames == Frames.V1 ? 1 : 2, frame.protocol());
    assertEquals(frames == Frames.V2_CRC ? 2 : 1, frame.version());
    assertEquals(frames == Frames.V2_CRC ? 4 : 0, sealed.length - head - 5);
    assertEquals(0x01020304, frame.id());
    assertEquals(3000, frame.timeoutOrStatus());
    assertEquals("abc", frame.className());
    assertArrayEquals(new byte[] {1, 2}, frame.contentBytes());
    if (frames == Frames.V2_CRC) {
      sealed[10] ^= 1;
      assertThrows(
          MalformedFrameException.class,
          () -> new FrameReader(OPTIONS).read(Unpooled.wrappedBuffer(sealed)));
    }
    frame.release();
  }
}
