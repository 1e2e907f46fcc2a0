package io.duomesh.transport.serialization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.StringValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Protobuf and JSON. */
class TypedSerializersTest {
  record Item(String name, int count) {}

  interface Signatures {
    List<Item> items();
  }

  private static byte[] write(String serializer, Object value) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Serializers.named(serializer).write(out, value, Object.class, ClassFilter.JDK_ONLY);
    return out.toByteArray();
  }

  private static Object read(String serializer, byte[] bytes, Type type) throws IOException {
    return Serializers.named(serializer)
        .read(new ByteArrayInputStream(bytes), type, ClassFilter.JDK_ONLY);
  }

  @Test
  void protobufMessagesAreBare() throws IOException {
    StringValue message = StringValue.of("x");
    byte[] bytes = write("protobuf", message);
    assertEquals("0a0178", Bytes.hex(bytes));
    assertEquals(message, read("protobuf", bytes, StringValue.class));
    assertEquals(
        StringValue.getDefaultInstance(), read("protobuf", new byte[0], StringValue.class));
  }

  @Test
  void protobufRefusesWhatIsNoMessage() {
    assertTrue(
        assertThrows(IOException.class, () -> write("protobuf", "x"))
            .getMessage()
            .contains("java.lang.String"));
    assertThrows(IOException.class, () -> read("protobuf", new byte[0], String.class));
    assertThrows(IOException.class, () -> read("protobuf", new byte[] {-1}, StringValue.class));
  }

  @Test
  void jsonIsTypedByWhatIsExpectedAndIgnoresTheUnknown() throws Exception {
    Type type = Signatures.class.getDeclaredMethod("items").getGenericReturnType();
    byte[] text = "[{\"name\":\"a\",\"count\":2,\"new\":true}]".getBytes(StandardCharsets.UTF_8);
    List<Item> items = List.of(new Item("a", 2));
    assertEquals(items, read("json", text, type));
    assertEquals(items, read("json", write("json", items), type));
    assertEquals("null", new String(write("json", null), StandardCharsets.UTF_8));
  }

  @Test
  void jsonNestingIsBounded() {
    byte[] deep = "[".repeat(10_000).getBytes(StandardCharsets.UTF_8);
    assertThrows(IOException.class, () -> read("json", deep, Object.class));
  }
}
