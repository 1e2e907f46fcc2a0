package io.duomesh.transport.serialization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demo.api.Color;
import demo.api.Pojo;
import io.duomesh.RpcException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole contents of SOFARPC frames, request object and arguments in one stream. */
class CapturedCallsTest {
  private static final ClassFilter FILTER = ClassFilter.of(Set.of(Pojo.class, Color.class));

  static Stream<JsonNode> captured() throws IOException {
    JsonNode file = new ObjectMapper().readTree(Bytes.resource("sofarpc-contents.json"));
    return StreamSupport.stream(file.get("contents").spliterator(), false)
        // exceptions are not written back as they came: stacks are cut, sentinels not sent;
        // GenericObject writes its fields in an order of its own
        .filter(
            call -> !call.get("name").asText().matches(".*(exception|generic|unknown_class).*"));
  }

  /** Reads a content field by field, with classes where they are known, and writes it again. */
  @ParameterizedTest
  @MethodSource("captured")
  void contentsAreWrittenAsTheyWereRead(JsonNode call) throws IOException {
    byte[] content = Bytes.hex(call.get("content").asText());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (HessianReader in = HessianReader.sofa(content, 0, content.length, FILTER);
        HessianWriter again = HessianWriter.sofa(out, FILTER)) {
      Map<String, Object> fields = new LinkedHashMap<>();
      String name = in.readObject((field, reader) -> fields.put(field, reader.read(Object.class)));
      again.beginObject(ClassShape.of(name, fields.keySet().toArray(new String[0])));
      for (Object value : fields.values()) {
        again.write(value);
      }
      while (in.hasNext()) {
        again.write(in.read(Object.class));
      }
    }
    assertEquals(call.get("content").asText(), Bytes.hex(out.toByteArray()));
  }

  @Test
  void requestFieldsComeInTheOrderOfThePeer() throws IOException {
    byte[] content = content("rpc_sync_string", "client->server");
    List<String> names = new ArrayList<>();
    try (HessianReader in = HessianReader.sofa(content, 0, content.length, FILTER)) {
      assertEquals(
          "com.alipay.sofa.rpc.core.request.SofaRequest",
          in.readObject((field, reader) -> names.add(field)));
      assertEquals(String.class, in.read(String.class).getClass());
      assertFalse(in.hasNext());
    }
    assertEquals(
        List.of(
            "targetAppName",
            "methodName",
            "targetServiceUniqueName",
            "requestProps",
            "methodArgSigs"),
        names);
  }

  @Test
  void genericCallOfAnUnknownClassIsAMapAndWrittenAsThatClassAgain() throws IOException {
    byte[] content = content("rpc_generic_invoke_generic", "client->server");
    try (HessianReader in = HessianReader.sofa(content, 0, content.length, ClassFilter.GENERIC)) {
      in.skip();
      Map<?, ?> pojo = assertInstanceOf(Map.class, in.read(Object.class));
      assertEquals("demo.api.Pojo", pojo.get("class"));
      byte[] again = Bytes.write(true, pojo, ClassFilter.GENERIC);
      assertEquals(pojo, Bytes.read(true, again, Object.class, ClassFilter.GENERIC));
      assertInstanceOf(Pojo.class, Bytes.read(true, again, Object.class, FILTER));
    }
  }

  @Test
  void businessExceptionOfAnUnknownClassKeepsItsTypeMessageAndFields() throws IOException {
    RpcException thrown =
        assertInstanceOf(RpcException.class, appResponse("rpc_biz_exception", String.class));
    assertEquals("demo.api.BizException", thrown.remoteType());
    assertEquals("demo.api.BizException: biz failed: x", thrown.status().message());
    assertEquals(Map.of("code", "E42"), thrown.remoteFields());
    assertTrue(thrown.getStackTrace().length > 0);
  }

  @Test
  void runtimeExceptionOfTheJdkComesAsItself() throws IOException {
    IllegalStateException thrown =
        assertInstanceOf(
            IllegalStateException.class, appResponse("rpc_runtime_exception", String.class));
    assertEquals("state y", thrown.getMessage());
    assertEquals("demo.EchoImpl", thrown.getStackTrace()[0].getClassName());
    assertNull(thrown.getCause());
    IllegalStateException chained =
        assertInstanceOf(
            IllegalStateException.class,
            appResponse("rpc_runtime_exception_jdk_without_add_opens", String.class));
    assertEquals("root", chained.getCause().getMessage());
  }

  private static Object appResponse(String name, Class<?> type) throws IOException {
    byte[] content = content(name, "server->client");
    Map<String, Object> fields = new LinkedHashMap<>();
    try (HessianReader in = HessianReader.sofa(content, 0, content.length, FILTER)) {
      in.readObject(
          (field, reader) -> {
            if (field.equals("appResponse")) {
              fields.put(field, reader.readOrThrown(type));
            }
          });
    }
    return fields.get("appResponse");
  }

  private static byte[] content(String name, String direction) throws IOException {
    JsonNode file = new ObjectMapper().readTree(Bytes.resource("sofarpc-contents.json"));
    for (JsonNode call : file.get("contents")) {
      if (call.get("name").asText().equals(name) && call.get("dir").asText().equals(direction)) {
        return Bytes.hex(call.get("content").asText());
      }
    }
    throw new IllegalStateException("no capture " + name + " " + direction);
  }
}
