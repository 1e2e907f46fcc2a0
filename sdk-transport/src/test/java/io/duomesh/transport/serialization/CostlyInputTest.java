package io.duomesh.transport.serialization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.duomesh.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Messages whose keys take long to hash or to compare, and small parts that ask for much: refused,
 * or read for at most 256 bytes of heap for each of their own. Without the bounds each takes from
 * seconds to days.
 */
@Timeout(60)
class CostlyInputTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final ClassFilter FILTER =
      AllowedClasses.of(Settings.of(Map.of()), Data.class, Node.class, Wides.class);

  /** Its hash is that of its parts. */
  static final class Data {
    List<Object> items;
    Object any;

    @Override
    public int hashCode() {
      return Objects.hashCode(items);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Data data && Objects.equals(items, data.items);
    }
  }

  /** Its hash is its identity's. */
  static final class Node {
    List<Node> next;
    Set<Node> all;
  }

  static final class Wide<T> {
    List<List<List<T>>> lists;
    Map<String, Map<String, List<T>>> maps;
    Map<String, List<Map<String, T>>> more;
  }

  static final class Wides {
    List<Wide<String>> wides;
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

  private static void list(HessianWriter writer, String type, int length, Writing elements)
      throws IOException {
    boolean ends = writer.out().beginList(length, type);
    elements.to(writer);
    if (ends) {
      writer.out().end();
    }
  }

  private static void object(HessianWriter writer, Class<?> type, String... fields)
      throws IOException {
    writer.beginInstance(writer.shape(type.getName(), List.of(fields)));
  }

  private static Object read(boolean sofa, byte[] bytes) throws IOException {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Object read = Bytes.read(sofa, bytes, Object.class, FILTER);
    long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertTrue(taken <= (4 << 20) + 256L * bytes.length, () -> bytes.length + " took " + taken);
    return read;
  }

  private static void assertRefused(String why, boolean sofa, byte[] bytes) {
    IOException refused = assertThrows(IOException.class, () -> read(sofa, bytes));
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void largeDecimalsAreNotSortedForEver(boolean sofa) throws IOException {
    // as large, with and without places behind the point: multiplied for each comparison
    String whole = "1" + "0".repeat(4999);
    ClassShape decimal = ClassShape.of("java.math.BigDecimal", "value");
    for (String type : List.of("java.util.TreeSet", "java.util.PriorityQueue")) {
      byte[] bytes =
          write(
              sofa,
              writer ->
                  list(
                      writer,
                      null,
                      3,
                      outer -> {
                        outer.beginInstance(decimal);
                        outer.write(whole);
                        outer.beginInstance(decimal);
                        outer.write(whole + "." + "0".repeat(4999));
                        list(
                            outer,
                            type,
                            200_000,
                            each -> {
                              for (int i = 0; i < 200_000; i++) {
                                each.out().writeRef(1 + i % 2);
                              }
                            });
                      }));
      assertRefused("hashing", sofa, bytes);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keysThatHoldAnObjectNotCompleteYetAreWeighedToo(boolean sofa) throws IOException {
    int many = 50_000;
    byte[] bytes =
        write(
            sofa,
            writer -> {
              object(writer, Data.class, "items", "any");
              list(writer, null, many, each -> writeMany(each, many));
              list(
                  writer,
                  "java.util.HashSet",
                  many,
                  each -> {
                    for (int i = 0; i < many; i++) {
                      int number = i;
                      list(
                          each,
                          null,
                          2,
                          pair -> {
                            pair.out().writeRef(0);
                            pair.write(number);
                          });
                    }
                  });
            });
    assertRefused("hashing", sofa, bytes);
  }

  private static void writeMany(HessianWriter writer, int many) throws IOException {
    for (int i = 0; i < many; i++) {
      writer.write(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void manyChildrenThatKnowTheirParentAreRead(boolean sofa) throws IOException {
    int many = 3_000;
    byte[] bytes =
        write(
            sofa,
            writer -> {
              object(writer, Data.class, "any");
              list(
                  writer,
                  "java.util.HashSet",
                  many,
                  each -> {
                    for (int i = 0; i < many; i++) {
                      object(each, Data.class, "items", "any");
                      each.write(new ArrayList<>(List.of(i)));
                      each.out().writeRef(0);
                    }
                  });
            });
    assertEquals(many, assertInstanceOf(Set.class, ((Data) read(sofa, bytes)).any).size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void objectsThatAreHashedByIdentityMayShareWhatTheyWant(boolean sofa) throws IOException {
    // forty layers, each of two nodes that know both of the one before: 2^40 ways
    Node root = new Node();
    root.next = new ArrayList<>();
    List<Node> before = new ArrayList<>();
    for (int layer = 0; layer < 40; layer++) {
      List<Node> these = new ArrayList<>(List.of(new Node(), new Node()));
      for (Node node : these) {
        node.next = new ArrayList<>(before);
      }
      root.next.addAll(these);
      before = these;
    }
    root.all = new java.util.HashSet<>(root.next);
    Node read = (Node) read(sofa, Bytes.write(sofa, root));
    assertEquals(80, read.all.size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFewKeysOfOneHashAndLargeEqualPartsAreWatched(boolean sofa) throws IOException {
    byte[] bytes =
        write(
            sofa,
            writer ->
                list(
                    writer,
                    null,
                    3,
                    outer -> {
                      int[] next = {1};
                      int left = doubled(outer, next);
                      int right = doubled(outer, next);
                      outer.out().beginMap(null);
                      for (int i = 0; i < 60; i++) {
                        int number = i;
                        list(
                            outer,
                            null,
                            3,
                            key -> {
                              key.out().writeRef(number % 2 == 0 ? left : right);
                              key.write(number);
                              key.write(31 * (60 - number));
                            });
                        outer.write(null);
                      }
                      outer.out().end();
                    }));
    assertRefused("hashing", sofa, bytes);
  }

  /** A list of lists, each of twice the one before; gives the number of the last. */
  private static int doubled(HessianWriter writer, int[] next) throws IOException {
    int levels = 11;
    next[0]++;
    list(
        writer,
        null,
        levels + 1,
        outer -> {
          list(outer, null, 1, each -> each.write(1));
          next[0]++;
          for (int i = 0; i < levels; i++) {
            int before = next[0]++ - 1;
            list(
                outer,
                null,
                2,
                each -> {
                  each.out().writeRef(before);
                  each.out().writeRef(before);
                });
          }
        });
    return next[0] - 1;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void genericFieldsWithoutValuesCostLittle(boolean sofa) throws IOException {
    int many = 60_000;
    byte[] bytes =
        write(
            sofa,
            writer -> {
              object(writer, Wides.class, "wides");
              ClassShape wide = ClassShape.of(Wide.class.getName(), "lists", "maps", "more");
              list(
                  writer,
                  null,
                  many,
                  each -> {
                    for (int i = 0; i < many; i++) {
                      each.beginInstance(wide);
                      writer.write(null);
                      writer.write(null);
                      writer.write(null);
                    }
                  });
            });
    assertEquals(many, ((Wides) read(sofa, bytes)).wides.size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void exceptionsDeepInTheInputCostLittle(boolean sofa) throws IOException {
    int many = 1_000;
    ClassShape shape =
        ClassShape.of("java.util.EmptyStackException", "detailMessage", "stackTrace", "more");
    byte[] bytes =
        write(
            sofa,
            writer ->
                nested(
                    writer,
                    95,
                    inner ->
                        list(
                            inner,
                            null,
                            many,
                            each -> {
                              for (int i = 0; i < many; i++) {
                                each.beginInstance(shape);
                                each.write("takes no message");
                                each.write(null);
                                each.write("x".repeat(250));
                              }
                            })));
    long before = THREADS.getCurrentThreadAllocatedBytes();
    assertThrows(IOException.class, () -> Bytes.read(sofa, bytes, Object.class, FILTER));
    long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertTrue(taken <= (4 << 20) + 256L * bytes.length, () -> bytes.length + " took " + taken);
  }

  private static void nested(HessianWriter writer, int levels, Writing inner) throws IOException {
    if (levels == 0) {
      inner.to(writer);
    } else {
      list(writer, null, 1, each -> nested(each, levels - 1, inner));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void classesThatAreNotThereAreNotLookedForAgainAndAgain(boolean sofa) throws IOException {
    String home = Data.class.getPackageName();
    byte[] bytes =
        write(
            sofa,
            writer -> {
              object(writer, Data.class, "unknown");
              list(
                  writer,
                  null,
                  1_000,
                  each -> {
                    for (int i = 0; i < 1_000; i++) {
                      each.beginInstance(ClassShape.of(home + ".Absent" + i));
                    }
                  });
            });
    assertRefused("too many unknown classes", sofa, bytes);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void definitionsOfAMessageAreNotKept(boolean sofa) throws Exception {
    HessianInput input = sofa ? new SofaInput() : new FinalInput();
    byte[] bytes =
        write(
            sofa,
            writer -> {
              for (int i = 0; i < 10; i++) {
                String[] fields =
                    IntStream.range(0, 1000).mapToObj(n -> "f" + n).toArray(String[]::new);
                byte[] definition = ClassShape.of("demo.C" + i, fields).definition(sofa);
                writer.out().writeRaw(definition, 0, definition.length);
              }
              writer.write(1);
            });
    input.attach(bytes, 0, bytes.length);
    assertEquals(Token.INT, input.next());
    input.detach();
    Field kept = HessianInput.class.getDeclaredField("definitions");
    kept.setAccessible(true);
    for (Object definition : (List<?>) kept.get(input)) {
      assertEquals(List.of(), ((Definition) definition).fields);
    }
  }

  @Test
  void moreClassesThanAReaderTakesAreNotWritten() throws IOException {
    List<Object> maps = new ArrayList<>();
    for (int i = 0; i < 4_096; i++) {
      maps.add(Map.of("class", "demo.C" + i));
    }
    byte[] most = Bytes.write(true, maps, ClassFilter.GENERIC);
    assertEquals(4_096, ((List<?>) Bytes.read(true, most, List.class, ClassFilter.GENERIC)).size());
    maps.add(Map.of("class", "demo.OneMore"));
    IOException refused =
        assertThrows(IOException.class, () -> Bytes.write(true, maps, ClassFilter.GENERIC));
    assertTrue(refused.getMessage().contains("4096 classes"), refused.getMessage());
  }
}
