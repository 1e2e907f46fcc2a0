package io.duomesh.transport.serialization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.duomesh.RpcException;
import io.duomesh.Settings;
import io.duomesh.transport.serialization.Sample.BizException;
import io.duomesh.transport.serialization.Sample.Node;
import io.duomesh.transport.serialization.Sample.NotedException;
import io.duomesh.transport.serialization.Sample.Order;
import io.duomesh.transport.serialization.Sample.SilentException;
import io.duomesh.transport.serialization.Sample.Size;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What we write, the peers' engines read, and the other way round. */
@SuppressWarnings("ReferenceEquality") // shared objects must stay shared
class EngineInteropTest {
  private static final ClassFilter FILTER =
      AllowedClasses.of(
          Settings.of(Map.of()),
          Order.class,
          Node.class,
          BizException.class,
          NotedException.class,
          SilentException.class);

  private static Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i :
        new int[] {
          0, -16, -17, 47, 48, -2048, -2049, 2047, 2048, -262144, -262145, 262143, 262144, 1 << 31
        }) {
      values.put("int " + i, i);
      values.put("long " + i, (long) i);
    }
    values.put("long -9", -9L);
    values.put("long 16", 16L);
    values.put("long min", Long.MIN_VALUE);
    values.put("long 2^31", 1L << 31);
    for (double d :
        new double[] {
          0, 1, -1, 127, -128, 128, 32767, -32768, 32768, 0.5, 12.345, 1e300, Math.PI
        }) {
      values.put("double " + d, d);
    }
    values.put("NaN", Double.NaN);
    values.put("infinity", Double.NEGATIVE_INFINITY);
    for (int length : new int[] {0, 31, 32, 1023, 1024, 32768, 32769, 100_000}) {
      values.put("string of " + length, "x".repeat(length));
      values.put("wide string of " + length, "é😀".repeat(length / 3));
      values.put("bytes of " + length, new byte[length]);
    }
    values.put("surrogates at a chunk's end", "x".repeat(32767) + "😀".repeat(20_000));
    values.put("date on the minute", new Date(60_000L * 28_000_000));
    values.put("date", new Date(-1));
    values.put("order", Order.of(1));
    values.put("orders", new ArrayList<>(List.of(Order.of(1), Order.of(2), Order.of(3))));
    values.put("long list", new ArrayList<>(Collections.nCopies(700, 7)));
    values.put("tree map", new TreeMap<>(Map.of("b", 1, "a", 2)));
    values.put("tree set", new TreeSet<>(List.of(3, 1, 2)));
    values.put("typed lists", new ArrayList<>(List.of(new int[0].length, list(20))));
    values.put("arrays", new Object[][] {{1, "a"}, {}, {null}});
    values.put("strings", new String[] {"a", null, "b"});
    values.put("longs", new long[] {1, 1L << 40});
    values.put("doubles", new double[] {1, 0.1});
    values.put("booleans", new boolean[] {true, false});
    values.put("dates", new Date[] {new Date(5)});
    values.put("orders in an array", new Order[] {Order.of(4), Order.of(5)});
    values.put("enum with a body", Size.LARGE);
    values.put("enum map", new HashMap<>(Map.of(Size.SMALL, 1, Size.LARGE, 2)));
    values.put("decimal", new BigDecimal("-12345678901234567890.000100"));
    values.put("null keys", new HashMap<>(Collections.singletonMap(null, null)));
    times().forEach(time -> values.put(time.getClass().getSimpleName(), time));
    return values;
  }

  private static List<Object> list(int types) {
    List<Object> lists = new ArrayList<>();
    for (int i = 0; i < types; i++) {
      lists.add(i % 2 == 0 ? new java.util.LinkedList<>(List.of(i)) : new TreeMap<>(Map.of(i, i)));
      lists.add(i % 3 == 0 ? new String[] {"s" + i} : new java.util.HashSet<>(List.of(i)));
    }
    return lists;
  }

  private static List<Object> times() {
    LocalDateTime local = LocalDateTime.of(2024, 2, 29, 23, 59, 58, 123_456_789);
    return List.of(
        local,
        local.toLocalDate(),
        local.toLocalTime(),
        Instant.ofEpochSecond(1_700_000_000L, 5),
        Duration.ofSeconds(-5, 7),
        Period.of(1, 2, 3),
        Year.of(2024),
        YearMonth.of(2024, 12),
        MonthDay.of(2, 29),
        ZoneOffset.ofHours(-3),
        ZoneId.of("Europe/Berlin"),
        OffsetDateTime.of(local, ZoneOffset.ofHours(8)),
        OffsetTime.of(LocalTime.NOON, ZoneOffset.UTC),
        ZonedDateTime.of(LocalDate.of(2024, 7, 1), LocalTime.NOON, ZoneId.of("Asia/Shanghai")));
  }

  static Stream<Arguments> cases() {
    return values().entrySet().stream()
        .flatMap(
            value ->
                Stream.of(
                    Arguments.of(value.getKey(), true, value.getValue()),
                    Arguments.of(value.getKey(), false, value.getValue())));
  }

  @ParameterizedTest(name = "{0}, sofa: {1}")
  @MethodSource("cases")
  void enginesReadWhatWeWrite(String name, boolean sofa, Object value) throws IOException {
    assertEqual(value, Engines.read(sofa, Bytes.write(sofa, value)));
  }

  @ParameterizedTest(name = "{0}, sofa: {1}")
  @MethodSource("cases")
  void weReadWhatEnginesWrite(String name, boolean sofa, Object value) throws IOException {
    assertEqual(value, Bytes.read(sofa, Engines.write(sofa, value), value.getClass(), FILTER));
  }

  @ParameterizedTest(name = "{0}, sofa: {1}")
  @MethodSource("cases")
  void bytesAreTheEngines(String name, boolean sofa, Object value) throws IOException {
    byte[] engines = Engines.write(sofa, value);
    // SOFA names an enum constant's own class; hessian-lite cuts binaries by what its buffer holds
    if (sofa ? name.matches("(enum|order).*") : name.startsWith("bytes of")) {
      return;
    }
    assertEquals(Bytes.hex(engines), Bytes.hex(Bytes.write(sofa, value)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void negativeZeroKeepsItsSignUnlikeInTheEngines(boolean sofa) throws IOException {
    byte[] bytes = Bytes.write(sofa, -0.0);
    assertEquals(-0.0, Bytes.read(sofa, bytes, double.class, FILTER));
    assertEquals(-0.0, Engines.read(sofa, bytes));
    assertEquals(0.0, Engines.read(sofa, Engines.write(sofa, -0.0)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void cyclesSurviveBothWays(boolean sofa) throws IOException {
    Node first = new Node();
    first.name = "first";
    first.next = new Node();
    first.next.next = first;
    first.all = new ArrayList<>(List.of(first, first.next));
    for (Object read :
        new Object[] {
          Engines.read(sofa, Bytes.write(sofa, first)),
          Bytes.read(sofa, Engines.write(sofa, first), Node.class, FILTER)
        }) {
      Node node = assertInstanceOf(Node.class, read);
      assertEquals("first", node.name);
      assertSame(node, node.next.next);
      assertSame(node, node.all.get(0));
      assertSame(node.next, node.all.get(1));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void immutableCollectionsAreReadableByPeers(boolean sofa) throws IOException {
    assertEquals(List.of(1, 2, 3), Engines.read(sofa, Bytes.write(sofa, List.of(1, 2, 3))));
    assertEquals(Map.of("a", 1), Engines.read(sofa, Bytes.write(sofa, Map.of("a", 1))));
    assertEquals(
        List.of(1),
        Engines.read(sofa, Bytes.write(sofa, Collections.unmodifiableList(List.of(1)))));
    ArrayDeque<Integer> deque = new ArrayDeque<>(List.of(4));
    assertEquals(4, ((ArrayDeque<?>) Engines.read(sofa, Bytes.write(sofa, deque))).getFirst());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void enginesReadOurExceptionsWithMessageCauseAndStack(boolean sofa) throws IOException {
    IllegalStateException thrown = new IllegalStateException("state", new IOException("root"));
    Throwable read =
        assertInstanceOf(
            IllegalStateException.class, Engines.read(sofa, Bytes.write(sofa, thrown)));
    assertEquals("state", read.getMessage());
    // SOFA-Hessian cannot take such a cause on Java 17 without --add-opens
    Throwable root = sofa ? read.getSuppressed()[0] : read.getCause();
    assertEquals("root", assertInstanceOf(IOException.class, root).getMessage());
    assertEquals(sofa ? 1 : 0, read.getSuppressed().length);
    assertNull(sofa ? read.getCause() : null);
    assertEquals(
        thrown.getStackTrace()[0].getLineNumber(), read.getStackTrace()[0].getLineNumber());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void exceptionsOfEnginesAreRebuiltWithTheirFields(boolean sofa) throws IOException {
    BizException thrown = new BizException("no stock", "E42");
    thrown.line = new Sample.Line("p", 3);
    thrown.initCause(new IllegalArgumentException("root"));
    for (byte[] bytes : List.of(Bytes.write(sofa, thrown), Engines.write(sofa, thrown))) {
      BizException read =
          assertInstanceOf(
              BizException.class, Bytes.readOrThrown(sofa, bytes, String.class, FILTER));
      assertEquals("no stock", read.getMessage());
      assertEquals("E42", read.code);
      assertEquals(3, read.line.count);
      assertEquals("root", read.getCause().getMessage());
      assertEquals(0, read.getSuppressed().length);
      assertEquals(
          thrown.getStackTrace()[0].getMethodName(), read.getStackTrace()[0].getMethodName());
    }
  }

  @Test
  void causeThatIsSetAfterItsExceptionIsMadeIsReadByAllAsSuch() throws IOException {
    NotedException thrown = new NotedException("noted");
    thrown.initCause(new IOException("root"));
    thrown.addSuppressed(new IOException("aside"));
    byte[] bytes = Bytes.write(true, thrown);
    for (Object read :
        List.of(Engines.read(true, bytes), Bytes.read(true, bytes, NotedException.class, FILTER))) {
      NotedException noted = assertInstanceOf(NotedException.class, read);
      assertEquals("root", assertInstanceOf(IOException.class, noted.getCause()).getMessage());
      assertEquals(1, noted.getSuppressed().length);
    }
  }

  @Test
  void causeOfAClassThatPeersMayNotHaveIsTextToThemAndItselfToUs() throws IOException {
    BizException root = new BizException("no stock", "E42");
    root.initCause(new IOException("deeper"));
    RuntimeException thrown = new RuntimeException("outer", root);
    thrown.addSuppressed(new IOException("aside"));
    byte[] bytes = Bytes.write(true, thrown);
    Throwable theirs = (Throwable) Engines.read(true, bytes);
    assertEquals("outer", theirs.getMessage());
    assertNull(theirs.getCause());
    assertEquals(root.toString(), theirs.getSuppressed()[0].getMessage());
    assertEquals("deeper", theirs.getSuppressed()[0].getSuppressed()[0].getMessage());
    assertEquals(
        root.getStackTrace()[0].getMethodName(),
        theirs.getSuppressed()[0].getStackTrace()[0].getMethodName());
    assertEquals("aside", theirs.getSuppressed()[1].getMessage());
    Throwable ours = (Throwable) Bytes.read(true, bytes, RuntimeException.class, FILTER);
    BizException read = assertInstanceOf(BizException.class, ours.getCause());
    assertEquals("no stock", read.getMessage());
    assertEquals(root.getStackTrace()[0].getMethodName(), read.getStackTrace()[0].getMethodName());
    assertEquals("deeper", read.getCause().getMessage());
    assertEquals(1, ours.getSuppressed().length);
    assertEquals("aside", ours.getSuppressed()[0].getMessage());
    assertEquals(0, read.getSuppressed().length);
  }

  @Test
  void exceptionsThatCauseEachOtherAreWritten() throws IOException {
    RuntimeException first = new RuntimeException("first");
    first.initCause(new RuntimeException("second", first));
    byte[] bytes = Bytes.write(true, first);
    assertEquals("first", ((Throwable) Engines.read(true, bytes)).getMessage());
    Throwable read = (Throwable) Bytes.read(true, bytes, RuntimeException.class, FILTER);
    assertEquals("second", read.getCause().getMessage());
  }

  @Test
  void exceptionWhoseConstructorsTakeNoMessageIsAnRpcExceptionWithItsFields() throws IOException {
    byte[] bytes = Bytes.write(true, new SilentException(7, "x"));
    RpcException read =
        assertInstanceOf(
            RpcException.class, Bytes.readOrThrown(true, bytes, SilentException.class, FILTER));
    assertEquals(SilentException.class.getName(), read.remoteType());
    assertEquals(Map.of("number", 7), read.remoteFields());
    assertNull(read.getCause());
  }

  private static void assertEqual(Object expected, Object actual) {
    if (expected.getClass().isArray() || expected instanceof List<?>) {
      org.junit.jupiter.api.Assertions.assertTrue(
          java.util.Objects.deepEquals(deep(expected), deep(actual)),
          () -> expected + " and " + actual);
    } else {
      assertEquals(expected, actual);
    }
  }

  private static Object deep(Object value) {
    return value instanceof List<?> list
        ? list.stream().map(EngineInteropTest::deep).toArray()
        : value;
  }
}
