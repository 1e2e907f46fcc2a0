package io.duomesh.transport.serialization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demo.api.Color;
import demo.api.Pojo;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One value each against the bytes that the real engines wrote. */
class CapturedValuesTest {
  private static final ClassFilter FILTER = ClassFilter.of(Set.of(Pojo.class, Color.class));

  /** What the capture's engine writes in ways of its own, hessian-lite in others. */
  private static final Set<String> OWN_WAYS =
      Set.of("float", "short", "byte", "uuid", "localdate", "instant", "pojo", "pojo2", "bigint");

  private static final Pojo POJO =
      new Pojo("a", 3, 9L, new ArrayList<>(List.of("x")), null, Color.RED);

  static final Map<String, Object> VALUES = new HashMap<>();

  static {
    VALUES.put("string", "hi");
    VALUES.put("int", 5);
    VALUES.put("int300", 300);
    VALUES.put("intbig", 100_000_000);
    VALUES.put("long", 5L);
    VALUES.put("long1e12", 1_000_000_000_000L);
    VALUES.put("double", 1.5);
    VALUES.put("double0.1", 0.1);
    VALUES.put("float", 1.25f);
    VALUES.put("short", (short) 7);
    VALUES.put("byte", (byte) 7);
    VALUES.put("char", 'c');
    VALUES.put("bool", true);
    VALUES.put("null", null);
    VALUES.put("optional", null);
    VALUES.put("date", new Date(1_700_000_000_123L));
    VALUES.put("bytes", new byte[] {1, 2, 3});
    VALUES.put("bytes20", new byte[20]);
    VALUES.put("list", new ArrayList<>(List.of(1, "a")));
    VALUES.put("linkedlist", new LinkedList<>(List.of(1)));
    VALUES.put("hashmap", new HashMap<>(Map.of("k", 1)));
    VALUES.put("linkedhashmap", new LinkedHashMap<>(Map.of("k", 1)));
    VALUES.put("hashset", new HashSet<>(List.of(1)));
    VALUES.put("strarr", new String[] {"p"});
    VALUES.put("intarr", new int[] {1, 2});
    VALUES.put("objarr", new Object[] {1, "a"});
    VALUES.put("pojo", POJO);
    VALUES.put("pojo2", new Pojo[] {POJO, POJO});
    VALUES.put("enum", Color.GREEN);
    VALUES.put("bigdecimal", new BigDecimal("1.20"));
    VALUES.put("bigint", new BigInteger("123456789012345678901"));
    VALUES.put("string40", "x".repeat(40));
    VALUES.put("emoji", "😀");
    VALUES.put("uuid", new UUID(1, 2));
    VALUES.put("locale", Locale.SIMPLIFIED_CHINESE);
    VALUES.put("localdate", LocalDate.of(2024, 1, 2));
    VALUES.put("instant", Instant.ofEpochMilli(1_700_000_000_123L));
    VALUES.put("sqldate", new Timestamp(1_700_000_000_123L));
  }

  static Stream<JsonNode> captured() throws IOException {
    JsonNode file = new ObjectMapper().readTree(Bytes.resource("hessian-values.json"));
    return StreamSupport.stream(file.get("values").spliterator(), false)
        .filter(value -> !Set.of("class", "listof").contains(value.get("value").asText()));
  }

  @ParameterizedTest
  @MethodSource("captured")
  void sofaDialectIsWrittenByteForByte(JsonNode captured) throws IOException {
    Object value = value(captured);
    assertEquals(captured.get("sofa").asText(), Bytes.hex(Bytes.write(true, value)));
  }

  @ParameterizedTest
  @MethodSource("captured")
  void finalDialectIsWrittenByteForByte(JsonNode captured) throws IOException {
    String name = captured.get("value").asText();
    String expected =
        captured
            .get("final")
            .asText()
            // the capture's engine names its handles as SOFA does, hessian-lite as Alibaba did
            .replace("3022" + hexOf("com.caucho"), "302e" + hexOf("com.alibaba.com.caucho"));
    if (!OWN_WAYS.contains(name)) {
      assertEquals(expected, Bytes.hex(Bytes.write(false, value(captured))));
    }
  }

  @ParameterizedTest
  @MethodSource("captured")
  void bothAreReadBack(JsonNode captured) throws IOException {
    Object value = value(captured);
    Class<?> type = value == null ? Object.class : value.getClass();
    assertSame(value, Bytes.read(true, Bytes.hex(captured.get("sofa").asText()), type, FILTER));
    assertSame(value, Bytes.read(false, Bytes.hex(captured.get("final").asText()), type, FILTER));
  }

  @ParameterizedTest
  @MethodSource("captured")
  void untypedReadingTakesTheClassFromTheStream(JsonNode captured) throws IOException {
    Object value = value(captured);
    Object read = Bytes.read(true, Bytes.hex(captured.get("sofa").asText()), Object.class, FILTER);
    if (value instanceof Short || value instanceof Byte) {
      value = ((Number) value).intValue();
    } else if (value instanceof Float real) {
      value = real.doubleValue();
    } else if (value instanceof Character c) {
      value = c.toString();
    }
    assertSame(value, read);
  }

  @org.junit.jupiter.api.Test
  void listOfThatAnotherEngineNamesByItsInnerClassIsAList() throws IOException {
    JsonNode file = new ObjectMapper().readTree(Bytes.resource("hessian-values.json"));
    for (JsonNode captured : file.get("values")) {
      if (captured.get("value").asText().equals("listof")) {
        byte[] bytes = Bytes.hex(captured.get("sofa").asText());
        assertEquals(List.of(1, 2), Bytes.read(true, bytes, Object.class, FILTER));
        assertEquals(Set.of(1, 2), Bytes.read(true, bytes, Set.class, FILTER));
      }
    }
  }

  private static String hexOf(String text) {
    return Bytes.hex(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }

  private static Object value(JsonNode captured) {
    String name = captured.get("value").asText();
    if (!VALUES.containsKey(name)) {
      throw new IllegalStateException("no Java value for " + name);
    }
    return VALUES.get(name);
  }

  private static void assertSame(Object expected, Object actual) {
    if (expected != null && expected.getClass().isArray()) {
      assertEquals(expected.getClass(), actual.getClass());
      assertArrayEquals(new Object[] {expected}, new Object[] {actual});
    } else {
      assertEquals(expected, actual);
      assertEquals(
          expected == null ? null : expected.getClass(), actual == null ? null : actual.getClass());
    }
  }
}
