package io.duomesh.transport.serialization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.duomesh.RpcException;
import io.duomesh.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Messages of a megabyte or so that ask for work or memory out of all proportion. Each is read or
 * refused for at most {@link #PER_BYTE} bytes of heap for each of its own.
 */
@Timeout(60)
class AmplifiedInputTest {
  private static final int PER_BYTE = 256;
  private static final int FIXED = 4 << 20;
  private static final int MANY = 200_000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final ClassFilter FILTER =
      AllowedClasses.of(Settings.of(Map.of()), Parts.class, Hiding.class);

  /** What a service may take. */
  static final class Parts {
    List<?> first;
    List<Set<String>> sets;
    List<char[]> texts;
    List<BigDecimal> decimals;
    List<StringBuilder> builders;
    List<GraphTypes.Plain> constants;
  }

  static class Hidden {
    String name;
  }

  @SuppressWarnings("HidingField") // is what is tested
  static final class Hiding extends Hidden {
    String name;
  }

  private interface Writing {
    void to(HessianWriter writer) throws IOException;
  }

  private static byte[] write(boolean sofa, Writing writing) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (HessianWriter writer = HessianWriter.open(sofa, out, ClassFilter.JDK_ONLY)) {
      writing.to(writer);
    }
    return out.toByteArray();
  }

  private static void list(HessianWriter writer, String type, int length, Writing element)
      throws IOException {
    boolean ends = writer.out().beginList(length, type);
    for (int i = 0; i < length; i++) {
      element.to(writer);
    }
    if (ends) {
      writer.out().end();
    }
  }

  /** Objects of one class, each of the same fields, in a list. */
  private static byte[] objects(boolean sofa, ClassShape shape, Writing fields) throws IOException {
    return write(
        sofa,
        writer ->
            list(
                writer,
                null,
                MANY,
                each -> {
                  each.beginInstance(shape);
                  fields.to(each);
                }));
  }

  /** Two fields, the second of which is a list of references to an object in the first. */
  private static byte[] references(boolean sofa, String field, int target, Writing first)
      throws IOException {
    return write(
        sofa,
        writer -> {
          writer.beginInstance(ClassShape.of(Parts.class.getName(), "first", field));
          list(writer, null, 1, first);
          list(writer, null, MANY, each -> each.out().writeRef(target));
        });
  }

  /** What comes of a message: the value, or why it is refused. */
  private static Object read(boolean sofa, byte[] bytes, ClassFilter filter) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Object result;
    try {
      result = Bytes.read(sofa, bytes, Object.class, filter);
    } catch (IOException refused) {
      result = refused;
    }
    long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertTrue(
        taken <= FIXED + (long) PER_BYTE * bytes.length,
        () -> bytes.length + " bytes took " + taken + " bytes of heap");
    return result;
  }

  private static void assertRefused(String why, boolean sofa, byte[] bytes) {
    Object result = read(sofa, bytes, FILTER);
    String said = assertInstanceOf(IOException.class, result).getMessage();
    assertTrue(said.contains(why), said);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneListAsManySets(boolean sofa) throws IOException {
    byte[] bytes =
        write(
            sofa,
            writer -> {
              writer.beginInstance(ClassShape.of(Parts.class.getName(), "first", "sets"));
              list(writer, null, MANY, each -> each.write("x"));
              list(writer, null, MANY, each -> each.out().writeRef(1));
            });
    assertRefused("refers too often", sofa, bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"texts", "builders", "decimals", "constants"})
  void oneTextAsManyValues(String field) throws IOException {
    for (boolean sofa : new boolean[] {true, false}) {
      byte[] bytes =
          references(
              sofa,
              field,
              2,
              writer -> {
                writer.beginInstance(ClassShape.of("java.util.Optional", "value"));
                writer.write("7".repeat(9_000));
              });
      assertInstanceOf(IOException.class, read(sofa, bytes, FILTER));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneArrayAsManySetsOfEnums(boolean sofa) throws IOException {
    byte[] bytes =
        write(
            sofa,
            writer -> {
              writer.out().beginList(MANY + 1, null);
              ClassShape shape =
                  ClassShape.of("com.alibaba.com.caucho.hessian.io.EnumSetHandler", "objects");
              writer.beginInstance(shape);
              list(writer, "[object", MANY, each -> each.write(null));
              for (int i = 0; i < MANY; i++) {
                writer.beginInstance(shape);
                writer.out().writeRef(2);
              }
            });
    Object result = read(sofa, bytes, FILTER);
    assertInstanceOf(IOException.class, result);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void manyExceptionsOfAFewBytes(boolean sofa) throws IOException {
    ClassShape shape = ClassShape.of("java.lang.Exception", "detailMessage", "stackTrace");
    byte[] bytes =
        objects(
            sofa,
            shape,
            each -> {
              each.write(null);
              each.write(null);
            });
    assertRefused("too many exceptions", sofa, bytes);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneStackOrListOfSuppressedForManyExceptions(boolean sofa) throws IOException {
    StackTraceElement frame = new StackTraceElement("A", "b", "c", 1);
    ClassShape shape =
        ClassShape.of("java.lang.Exception", "detailMessage", "stackTrace", "suppressedExceptions");
    byte[] bytes =
        write(
            sofa,
            writer -> {
              writer.out().beginList(900, null);
              writer.beginInstance(shape);
              writer.write(null);
              boolean ends = writer.out().beginList(MANY, "[java.lang.StackTraceElement");
              writer.write(frame);
              for (int i = 1; i < MANY; i++) {
                writer.out().writeRef(3);
              }
              if (ends) {
                writer.out().end();
              }
              list(writer, null, MANY, each -> each.out().writeRef(3));
              for (int i = 1; i < 900; i++) {
                writer.beginInstance(shape);
                writer.write(null);
                writer.out().writeRef(2);
                writer.out().writeRef(4);
              }
              if (sofa) {
                writer.out().end();
              }
            });
    List<?> read = assertInstanceOf(List.class, read(sofa, bytes, FILTER));
    assertEquals(1024, ((Exception) read.get(899)).getStackTrace().length);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void exceptionOfVeryManyFieldsOfOneHash(boolean sofa) throws IOException {
    List<String> names = new ArrayList<>(List.of("detailMessage", "stackTrace"));
    names.addAll(textsOfOneHash(15));
    byte[] bytes =
        write(
            sofa,
            writer -> {
              writer.beginInstance(ClassShape.of("demo.Unknown", names.toArray(new String[0])));
              for (int i = 0; i < names.size(); i++) {
                writer.write(1);
              }
            });
    RpcException read =
        assertInstanceOf(RpcException.class, Bytes.readOrThrown(sofa, bytes, Object.class, FILTER));
    assertEquals(256, read.remoteFields().size());
  }

  private static List<String> textsOfOneHash(int pairs) {
    List<String> texts = List.of("");
    for (int i = 0; i < pairs; i++) {
      List<String> longer = new ArrayList<>();
      for (String text : texts) {
        longer.add(text + "Aa");
        longer.add(text + "BB");
      }
      texts = longer;
    }
    return texts;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void textsAndNumbersOfOneHashInOneMap(boolean sofa) throws IOException {
    // each is sorted among its like, but looked for among all others
    List<String> texts = textsOfOneHash(16);
    int hash = texts.get(0).hashCode();
    byte[] bytes =
        write(
            sofa,
            writer -> {
              writer.out().beginMap(null);
              for (String text : texts) {
                writer.write(text);
                writer.write(1);
              }
              for (long high = 1; high < MANY; high++) {
                writer.write(high << 32 | (hash ^ high) & 0xffffffffL);
                writer.write(1);
              }
              writer.out().end();
            });
    assertRefused("hashing", sofa, bytes);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void textsOfOneHashAloneAreSorted(boolean sofa) throws IOException {
    Map<String, Integer> map = new HashMap<>();
    textsOfOneHash(15).forEach(text -> map.put(text, 1));
    assertEquals(map, read(sofa, Bytes.write(sofa, map), FILTER));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keysOfOneBucketOfAHashtable(boolean sofa) throws IOException {
    int buckets = 11;
    while (buckets < MANY / 8) {
      buckets = buckets * 2 + 1;
    }
    int step = buckets;
    byte[] bytes =
        write(
            sofa,
            writer -> {
              writer.out().beginMap("java.util.Hashtable");
              for (int i = 0; i < Math.min(Integer.MAX_VALUE / step, MANY / 10); i++) {
                writer.write(i * step);
                writer.write(1);
              }
              writer.out().end();
            });
    assertRefused("hashing", sofa, bytes);
    Map<Object, Object> harmless = new Hashtable<>();
    for (int i = 0; i < 20_000; i++) {
      harmless.put("key " + i, i);
    }
    assertEquals(harmless, read(sofa, Bytes.write(sofa, harmless), FILTER));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keysThatMeetInATableOfCounts(boolean sofa) throws IOException {
    // lists of one number hash to 31 + it, so that any hash can be chosen: here those that a
    // multiplication by the golden ratio puts side by side
    int inverse = BigInteger.valueOf(0x9e3779b9L).modInverse(BigInteger.TWO.pow(32)).intValue();
    byte[] bytes =
        write(
            sofa,
            writer -> {
              writer.out().beginMap(null);
              for (int i = 0; i < MANY; i++) {
                int number = i * inverse - 31;
                list(writer, null, 1, each -> each.write(number));
                writer.write(1);
              }
              writer.out().end();
            });
    assertEquals(MANY, ((Map<?, ?>) read(sofa, bytes, FILTER)).size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneLargeNumberManyTimes(boolean sofa) throws IOException {
    ClassShape shape = ClassShape.of("java.math.BigInteger", "signum", "mag");
    byte[] bytes =
        write(
            sofa,
            writer -> {
              writer.out().beginList(MANY + 1, null);
              writer.write(new int[1100]);
              for (int i = 0; i < MANY; i++) {
                writer.beginInstance(shape);
                writer.write(0);
                writer.out().writeRef(1);
              }
            });
    assertRefused("refers too often", sofa, bytes);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void numbersOfMoreDigitsThanAreTaken(boolean sofa) throws IOException {
    BigInteger large = BigInteger.TEN.pow(12_000);
    assertRefused("digits is refused", sofa, Bytes.write(sofa, large));
    assertRefused("digits is refused", sofa, Bytes.write(sofa, new BigDecimal(large)));
    for (String text : List.of("1e1000000000", "1e-1000000000", "9".repeat(10_001))) {
      ClassShape shape = ClassShape.of("java.math.BigDecimal", "value");
      byte[] bytes =
          write(
              sofa,
              writer -> {
                writer.beginInstance(shape);
                writer.write(text);
              });
      assertRefused("digits is refused", sofa, bytes);
      byte[] bare = Bytes.write(sofa, text);
      assertThrows(IOException.class, () -> Bytes.read(sofa, bare, BigDecimal.class, FILTER));
    }
    BigInteger taken = BigInteger.TEN.pow(9_900);
    assertEquals(taken, read(sofa, Bytes.write(sofa, taken), FILTER));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void arraysOfVeryManyDimensions(boolean sofa) throws IOException {
    for (int dimensions : new int[] {18, 255, 500}) {
      String type = "[".repeat(dimensions) + "int";
      assertRefused("dimensions", sofa, write(sofa, writer -> list(writer, type, 0, each -> {})));
    }
    ClassShape shape = ClassShape.of("java.lang.Class", "name");
    byte[] bytes =
        write(
            sofa,
            writer -> {
              writer.beginInstance(shape);
              writer.write("[".repeat(1_000_000));
            });
    assertRefused("too long", sofa, bytes);
    assertInstanceOf(int[][][].class, read(sofa, Bytes.write(sofa, new int[2][2][2]), FILTER));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void fieldThatASubclassHidesGivenVeryOften(boolean sofa) throws IOException {
    byte[] bytes =
        write(
            sofa,
            writer -> {
              writer.beginInstance(
                  ClassShape.of(Hiding.class.getName(), Collections.nCopies(MANY, "name")));
              for (int i = 0; i < MANY; i++) {
                writer.write("x");
              }
            });
    assertEquals("x", ((Hiding) read(sofa, bytes, FILTER)).name);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void textOfVeryManyEmptyChunks(boolean sofa) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    ByteArrayOutputStream binary = new ByteArrayOutputStream();
    for (int i = 0; i < MANY; i++) {
      text.writeBytes(new byte[] {(byte) (sofa ? 's' : 'R'), 0, 0});
      binary.writeBytes(new byte[] {(byte) (sofa ? 'b' : 'A'), 0, 0});
    }
    text.write(0);
    binary.write(0x20);
    assertEquals("", read(sofa, text.toByteArray(), FILTER));
    assertEquals(0, ((byte[]) read(sofa, binary.toByteArray(), FILTER)).length);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void mapThatIsItsOwnKey(boolean sofa) throws IOException {
    byte[] bytes =
        write(
            sofa,
            writer -> {
              writer.out().beginMap(null);
              writer.out().writeRef(0);
              writer.write(1);
              writer.out().end();
            });
    assertRefused("hashing", sofa, bytes);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void exceptionThatCausesAndSuppressesItself(boolean sofa) throws IOException {
    ClassShape shape =
        ClassShape.of(
            "java.lang.Exception", "detailMessage", "cause", "stackTrace", "suppressedExceptions");
    byte[] bytes =
        write(
            sofa,
            writer -> {
              writer.beginInstance(shape);
              writer.write("m");
              writer.out().writeRef(0);
              writer.out().writeRef(0);
              list(writer, null, 1, each -> each.out().writeRef(0));
            });
    Throwable read =
        assertInstanceOf(Exception.class, Bytes.readOrThrown(sofa, bytes, Object.class, FILTER));
    assertNull(read.getCause());
    assertEquals(0, read.getSuppressed().length);
  }
}
