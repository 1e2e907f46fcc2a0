package io.duomesh.transport.serialization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.jsontype.PolymorphicTypeValidator.Validity;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.google.protobuf.StringValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import trap.Trap;

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

  record Holder(List<Item> items, Object anything) {}

  @Test
  void jsonErrorsNameTheTypeAndThePlace() {
    IOException wrong =
        assertThrows(
            IOException.class,
            () -> read("json", utf8("{\"items\":[{},{\"count\":\"x\"}]}"), Holder.class));
    assertTrue(wrong.getMessage().contains(Holder.class.getName()), wrong.getMessage());
    assertTrue(wrong.getMessage().contains("items[1].count"), wrong.getMessage());
    IOException cut =
        assertThrows(IOException.class, () -> read("json", utf8("{\"items\":["), Holder.class));
    assertTrue(cut.getMessage().contains(Holder.class.getName()), cut.getMessage());
  }

  @Test
  void jsonNamesNoClassesButThoseNearABaseThatAsksForThem() throws IOException {
    JavaType base = TypeFactory.defaultInstance().constructType(Item.class);
    JsonSubtypes subtypes = new JsonSubtypes();
    assertEquals(
        Validity.ALLOWED, subtypes.validateSubClassName(null, base, Holder.class.getName()));
    JavaType object = TypeFactory.defaultInstance().constructType(Object.class);
    for (String name : GadgetTest.GADGETS) {
      assertEquals(Validity.DENIED, subtypes.validateSubClassName(null, base, name));
      assertEquals(Validity.DENIED, subtypes.validateSubClassName(null, object, name));
    }
    assertEquals(Validity.DENIED, subtypes.validateSubClassName(null, base, "trap.Trap"));
    String text = "{\"anything\":{\"@class\":\"trap.Trap\",\"@type\":\"trap.Trap\"}}";
    assertEquals(
        new Holder(null, Map.of("@class", "trap.Trap", "@type", "trap.Trap")),
        read("json", utf8(text), Holder.class));
    assertFalse(Trap.State.sprung);
  }

  @Test
  void longJsonNumbersAndNamesAreRefused() {
    String digits = "1".repeat(2000);
    assertThrows(IOException.class, () -> read("json", utf8(digits), java.math.BigInteger.class));
    String name = "{\"" + "n".repeat(5000) + "\":1}";
    assertThrows(IOException.class, () -> read("json", utf8(name), Map.class));
  }

  @Test
  void protobufErrorsNameTheMessage() {
    IOException wrong =
        assertThrows(
            IOException.class, () -> read("protobuf", new byte[] {10, 5, 1}, StringValue.class));
    assertTrue(wrong.getMessage().contains(StringValue.class.getName()), wrong.getMessage());
    IOException none =
        assertThrows(IOException.class, () -> read("protobuf", new byte[0], String.class));
    assertTrue(none.getMessage().contains("another serializer"), none.getMessage());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What a service may take. */
  public static final class Costly {
    public Set<List<Integer>> sets;
    public BigDecimal decimal;
    public BigInteger whole;
    public Class<?> type;
  }

  private static String costly(String json, Serializer serializer) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return assertThrows(
            IOException.class,
            () ->
                serializer.read(
                    new ByteArrayInputStream(bytes), Costly.class, ClassFilter.JDK_ONLY))
        .getMessage();
  }

  @Test
  void jsonIsRefusedForWhatHessianIsRefusedFor() throws IOException {
    Serializer json = Serializers.named(Serializers.JSON);
    StringBuilder sets = new StringBuilder("{\"sets\":[[0,0]");
    for (int i = 1; i < 50_000; i++) { // lists of one hash
      sets.append(",[").append(i).append(',').append(-31 * i).append(']');
    }
    String refused = costly(sets + "]}", json);
    assertTrue(refused.contains("one hash"), refused);
    assertTrue(costly("{\"decimal\":1e999999999}", json).contains("digits"));
    assertTrue(costly("{\"decimal\":\"1e-99999\"}", json).contains("digits"));
    assertTrue(costly("{\"whole\":1e99999}", json).contains("digits"));
    assertTrue(costly("{\"type\":\"trap.Trap\"}", json).contains("classes"));
    StringBuilder fine = new StringBuilder("{\"decimal\":1.5,\"whole\":1e3,\"sets\":[[0]");
    for (int i = 1; i < 1_000; i++) {
      fine.append(",[").append(i).append(']');
    }
    byte[] bytes = (fine + "]}").getBytes(StandardCharsets.UTF_8);
    Costly read =
        (Costly) json.read(new ByteArrayInputStream(bytes), Costly.class, ClassFilter.JDK_ONLY);
    assertEquals(1_000, read.sets.size());
    assertEquals(new BigDecimal("1.5"), read.decimal);
    assertEquals(BigInteger.valueOf(1_000), read.whole);
  }
}
