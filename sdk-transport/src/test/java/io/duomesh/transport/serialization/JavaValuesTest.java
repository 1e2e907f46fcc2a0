package io.duomesh.transport.serialization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Settings;
import io.duomesh.transport.serialization.Sample.Node;
import io.duomesh.transport.serialization.Sample.Order;
import io.duomesh.transport.serialization.Sample.Point;
import io.duomesh.transport.serialization.Sample.Size;
import java.io.IOException;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Java values through both dialects, typed by what is expected. */
class JavaValuesTest {
  /** Signatures whose generic types the tests need. */
  interface Signatures {
    List<Short> shorts();

    Map<String, List<Float>> floats();

    Set<Byte> bytes();

    Optional<Point> optional();

    Map<Size, Integer> sizes();

    Holder<Short> holder();

    SortedMap<String, Integer> sorted();
  }

  /** Has a field of the type's own parameter. */
  static class Holder<T> {
    T value;
    float real;
  }

  private static final ClassFilter FILTER =
      AllowedClasses.of(Settings.of(Map.of()), Order.class, Point.class, Node.class, Holder.class);

  private static Object through(boolean sofa, Object value, Type type) throws IOException {
    return Bytes.read(sofa, Bytes.write(sofa, value, FILTER), type, FILTER);
  }

  private static Type type(String method) {
    try {
      return Signatures.class.getDeclaredMethod(method).getGenericReturnType();
    } catch (NoSuchMethodException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void recordsComeThroughTheirConstructor(boolean sofa) throws IOException {
    Point inner = new Point(1, (short) 2, "in", List.of());
    Point point = new Point(-1, Short.MIN_VALUE, null, List.of(inner, inner));
    assertEquals(point, through(sofa, point, Point.class));
    assertEquals(point, through(sofa, point, Object.class));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void elementsAreNarrowedToTheTypeArguments(boolean sofa) throws IOException {
    assertEquals(
        List.of((short) 1, (short) 2),
        through(sofa, List.of((short) 1, (short) 2), type("shorts")));
    assertEquals(
        Map.of("a", List.of(1.5f)), through(sofa, Map.of("a", List.of(1.5f)), type("floats")));
    assertEquals(Set.of((byte) 3), through(sofa, Set.of((byte) 3), type("bytes")));
    Map<Size, Integer> sizes = new EnumMap<>(Map.of(Size.LARGE, 1));
    assertEquals(sizes, through(sofa, sizes, type("sizes")));
    assertInstanceOf(SortedMap.class, through(sofa, Map.of("a", 1), type("sorted")));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void fieldsOfATypeParameterAreNarrowedToo(boolean sofa) throws IOException {
    Holder<Short> holder = new Holder<>();
    holder.value = 7;
    holder.real = 1.1f;
    Holder<?> read = assertInstanceOf(Holder.class, through(sofa, holder, type("holder")));
    assertEquals((short) 7, read.value);
    assertEquals(1.1f, read.real);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void optionalIsItsValueOrNull(boolean sofa) throws IOException {
    Point point = new Point(1, (short) 1, "x", null);
    assertEquals(Optional.of(point), through(sofa, Optional.of(point), type("optional")));
    assertEquals(Optional.empty(), through(sofa, Optional.empty(), type("optional")));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aNumberThatDoesNotFitIsRefused(boolean sofa) {
    IOException refused = assertThrows(IOException.class, () -> through(sofa, 1L << 40, int.class));
    assertTrue(refused.getMessage().contains("does not fit"), refused.getMessage());
    assertThrows(IOException.class, () -> through(sofa, 1.5, int.class));
    assertThrows(IOException.class, () -> through(sofa, "text", int.class));
    assertThrows(IOException.class, () -> through(sofa, Order.of(1), Point.class));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void numbersWidenToWhatIsExpected(boolean sofa) throws IOException {
    assertEquals(5L, through(sofa, 5, long.class));
    assertEquals(5.0, through(sofa, 5, Double.class));
    assertEquals(new BigDecimal(5), through(sofa, 5, BigDecimal.class));
    assertArrayEquals(new short[] {1, 2}, (short[]) through(sofa, List.of(1, 2), short[].class));
    assertEquals(Arrays.asList(1, null), through(sofa, Arrays.asList(1, null), List.class));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatCannotBeWrittenIsNamed(boolean sofa) {
    for (Object value : new Object[] {new Object(), Thread.currentThread(), (Runnable) () -> {}}) {
      IOException refused = assertThrows(IOException.class, () -> Bytes.write(sofa, value));
      assertTrue(refused.getMessage().contains(value.getClass().getName()), refused.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sharedObjectsStayShared(boolean sofa) throws IOException {
    Node node = new Node();
    node.name = "shared";
    List<Object> nodes = new ArrayList<>(Collections.nCopies(20, node));
    List<?> read = assertInstanceOf(List.class, through(sofa, nodes, List.class));
    read.forEach(each -> assertSame(read.get(0), each));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aMapOfFieldsBecomesTheExpectedObject(boolean sofa) throws IOException {
    Map<String, Object> fields = new HashMap<>();
    fields.put("name", "n");
    fields.put("next", Map.of("name", "m"));
    fields.put("unknown", 3);
    Node node = assertInstanceOf(Node.class, through(sofa, fields, Node.class));
    assertEquals("n", node.name);
    assertEquals("m", node.next.name);
    assertNull(node.all);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void writersAndReadersAreReusedClean(boolean sofa) throws IOException {
    for (int round = 0; round < 50; round++) {
      Order order = Order.of(round);
      order.anything = new Object[] {Locale.GERMANY, Order.of(-1), order.lines};
      Order read = assertInstanceOf(Order.class, through(sofa, order, Order.class));
      assertEquals(order.lines, read.lines);
      assertThrows(IOException.class, () -> Bytes.write(sofa, List.of(1, new Object())));
      assertThrows(
          IOException.class, () -> Bytes.read(sofa, new byte[] {'V'}, Object.class, FILTER));
    }
  }

  @Test
  void registryKnowsTheFourAndNamesThemInItsError() {
    for (String name : List.of("hessian2", "hessian-sofa", "protobuf", "json")) {
      assertEquals(name, Serializers.named(name).name());
    }
    String message =
        assertThrows(IllegalArgumentException.class, () -> Serializers.named("kryo")).getMessage();
    assertTrue(message.contains("kryo") && message.contains("hessian-sofa"), message);
  }
}
