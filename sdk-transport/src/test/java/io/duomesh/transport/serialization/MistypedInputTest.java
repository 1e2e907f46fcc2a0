package io.duomesh.transport.serialization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of another type than is expected: a conversion that loses nothing, or a refusal. */
class MistypedInputTest {
  private static final ClassFilter FILTER =
      AllowedClasses.of(Settings.of(Map.of()), Box.class, Broken.class);

  static final class Box {
    List<Integer> numbers;
    List<String> texts;
    Map<String, Long> counts;
    EnumSet<Color> colors;
    EnumMap<Color, String> names;
    long[] longs;
    Color color;
    int number;
  }

  enum Color {
    RED
  }

  enum Other {
    RED
  }

  /** Cannot be initialized. */
  static final class Broken {
    static final int SIZE = List.of(1).get(1);
    int number;
  }

  /** One that fails on what it is made of. */
  static final class Fragile extends Exception {
    private static final long serialVersionUID = 1L;
    String part;

    @Override
    public String getMessage() {
      return part.trim();
    }
  }

  private static byte[] box(boolean sofa, String field, Object value) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (HessianWriter writer = HessianWriter.open(sofa, out, ClassFilter.JDK_ONLY)) {
      writer.beginObject(ClassShape.of(Box.class.getName(), field));
      writer.write(value);
    }
    return out.toByteArray();
  }

  private static void assertRefused(boolean sofa, String field, Object value, String... said)
      throws IOException {
    byte[] bytes = box(sofa, field, value);
    IOException refused =
        assertThrows(IOException.class, () -> Bytes.read(sofa, bytes, Box.class, FILTER));
    for (String part : said) {
      assertTrue(refused.getMessage().contains(part), refused.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void elementsOfAnotherTypeAreRefusedWithTheirField(boolean sofa) throws IOException {
    String box = Box.class.getName();
    assertRefused(sofa, "numbers", List.of(1, "2"), box + ".numbers", "Integer", "String");
    assertRefused(sofa, "number", "2", box + ".number");
    assertRefused(sofa, "texts", List.of("a", 2), box + ".texts", "String", "Integer");
    assertRefused(sofa, "texts", List.of(new Exception("x")), "String", "Exception");
    assertRefused(sofa, "counts", Map.of("a", "b"), box + ".counts", "Long");
    assertRefused(sofa, "counts", Map.of(1, 1L), box + ".counts", "String");
    assertRefused(sofa, "longs", List.of("a"), box + ".longs");
    assertRefused(sofa, "number", "a", box + ".number");
    assertRefused(sofa, "number", 1L << 40, box + ".number", "does not fit");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void constantsThatAreNoneAreRefused(boolean sofa) throws IOException {
    assertRefused(sofa, "color", "BLUE", "has no constant BLUE");
    assertRefused(sofa, "colors", List.of("BLUE"), "has no constant BLUE");
    assertRefused(sofa, "colors", List.of(Other.RED), Other.class.getName());
    assertRefused(sofa, "names", Map.of(Other.RED, "x"), Other.class.getName());
    assertRefused(sofa, "names", Map.of(1, "x"), Color.class.getName());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aReferenceOfAnotherTypeIsRefused(boolean sofa) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (HessianWriter writer = HessianWriter.open(sofa, out, ClassFilter.JDK_ONLY)) {
      writer.beginObject(ClassShape.of(Box.class.getName(), "counts", "colors"));
      writer.write(new HashMap<>());
      writer.out().writeRef(1);
    }
    assertThrows(IOException.class, () -> Bytes.read(sofa, out.toByteArray(), Box.class, FILTER));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void numbersAreNotCutToFit(boolean sofa) throws IOException {
    for (Object tooLarge :
        new Object[] {1e300, 1.5, Double.NaN, Double.POSITIVE_INFINITY, 0x1p63}) {
      byte[] bytes = Bytes.write(sofa, tooLarge);
      for (Class<?> type : List.of(long.class, int.class, BigInteger.class)) {
        assertThrows(IOException.class, () -> Bytes.read(sofa, bytes, type, FILTER));
      }
    }
    byte[] nan = Bytes.write(sofa, Double.NaN);
    assertThrows(IOException.class, () -> Bytes.read(sofa, nan, BigDecimal.class, FILTER));
    byte[] large = Bytes.write(sofa, BigInteger.ONE.shiftLeft(70));
    for (Class<?> type : List.of(long.class, double.class, BigDecimal.class)) {
      assertThrows(IOException.class, () -> Bytes.read(sofa, large, type, FILTER));
    }
    assertEquals(5L, Bytes.read(sofa, Bytes.write(sofa, 5.0), long.class, FILTER));
    byte[] half = Bytes.write(sofa, 0.5);
    assertEquals(new BigDecimal("0.5"), Bytes.read(sofa, half, BigDecimal.class, FILTER));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void datesOfSqlAreInstants(boolean sofa) throws IOException {
    byte[] bytes = Bytes.write(sofa, new java.sql.Date(86_400_000));
    assertEquals(Instant.EPOCH.plusSeconds(86_400), Bytes.read(sofa, bytes, Instant.class, FILTER));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void exceptionsComeInPlaceOfValuesOnlyWhereTheyAreAskedFor(boolean sofa) throws IOException {
    byte[] bytes = Bytes.write(sofa, new IllegalStateException("x"));
    assertThrows(IOException.class, () -> Bytes.read(sofa, bytes, String.class, FILTER));
    assertInstanceOf(
        IllegalStateException.class, Bytes.readOrThrown(sofa, bytes, String.class, FILTER));
    assertInstanceOf(
        IllegalStateException.class, Bytes.read(sofa, bytes, RuntimeException.class, FILTER));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aClassThatCannotBeInitializedIsRefusedByName(boolean sofa) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (HessianWriter writer = HessianWriter.open(sofa, out, ClassFilter.JDK_ONLY)) {
      writer.beginObject(ClassShape.of(Broken.class.getName(), "number"));
      writer.write(1);
    }
    for (int i = 0; i < 2; i++) { // the second time another error says so
      IOException refused =
          assertThrows(
              IOException.class, () -> Bytes.read(sofa, out.toByteArray(), Object.class, FILTER));
      assertTrue(refused.getMessage().contains("cannot be used"), refused.getMessage());
    }
  }

  @Test
  void anExceptionThatFailsToTellItsMessageHasAStandIn() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (HessianWriter writer = HessianWriter.sofa(out, ClassFilter.JDK_ONLY)) {
      writer.beginObject(
          ClassShape.of(Fragile.class.getName(), "part", "detailMessage", "stackTrace"));
      writer.write(null);
      writer.write("m");
      writer.write(null);
    }
    Object read = Bytes.readOrThrown(true, out.toByteArray(), Object.class, FILTER);
    assertTrue(read.toString().contains("m"), read.toString());
    assertFalse(read instanceof Fragile);
  }
}
