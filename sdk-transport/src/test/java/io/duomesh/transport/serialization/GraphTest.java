package io.duomesh.transport.serialization;

import static org.junit.jupiter.api.Assertions.fail;

import io.duomesh.Settings;
import io.duomesh.transport.serialization.GraphMaker.Feature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Generated graphs of objects, both ways between this codec and the peers' engines. More of them:
 * {@code -Dduomesh.graphs=20000}; others: {@code -Dduomesh.graphs.seed=7}.
 */
@Timeout(3600)
class GraphTest {
  private static final int COUNT = Integer.getInteger("duomesh.graphs", 300);
  private static final long SEED = Long.getLong("duomesh.graphs.seed", 1);
  private static final ClassFilter FILTER =
      AllowedClasses.of(Settings.of(Map.of()), GraphTypes.Base.class);

  private interface Check {
    void of(Object graph) throws IOException;
  }

  private static void each(Set<Feature> without, Check check) throws IOException {
    for (int i = 0; i < COUNT; i++) {
      long seed = SEED * 1_000_003 + i;
      Object graph = new GraphMaker(seed, without).root();
      try {
        check.of(graph);
      } catch (AssertionError | RuntimeException | IOException | StackOverflowError e) {
        throw new AssertionError("graph of seed " + seed + ": " + e, e);
      }
    }
  }

  private static void assertAlike(Object expected, Object actual) {
    String one = GraphText.of(expected);
    String other = GraphText.of(actual);
    if (!one.equals(other)) {
      int at = Arrays.mismatch(one.toCharArray(), other.toCharArray());
      fail("expected " + around(one, at) + " but was " + around(other, at));
    }
  }

  /** What an engine makes of its own bytes: what it loses there it may lose of ours. */
  private static String engineOnly(boolean sofa, Object graph) {
    try {
      return GraphText.of(Engines.read(sofa, Engines.write(sofa, graph)));
    } catch (IOException | RuntimeException e) {
      return "nothing";
    }
  }

  private static Class<?> type(Object graph) {
    boolean unnamed = graph.getClass().getName().matches("java.util.*([$].*|EnumSet)");
    return unnamed ? Object.class : graph.getClass();
  }

  private static void assertSame(byte[] expected, byte[] actual) {
    int at = Arrays.mismatch(expected, actual);
    if (at >= 0) {
      fail("expected " + around(expected, at) + " but was " + around(actual, at));
    }
  }

  private static String around(byte[] bytes, int at) {
    byte[] some = Arrays.copyOfRange(bytes, Math.max(0, at - 60), Math.min(bytes.length, at + 30));
    return Bytes.hex(some) + " (" + new String(some, StandardCharsets.ISO_8859_1) + ")";
  }

  private static String around(String text, int at) {
    return "…"
        + text.substring(Math.max(0, at - 150), Math.min(text.length(), at + 160))
            .replace('\n', '|')
        + "…";
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void weReadWhatWeWrite(boolean sofa) throws IOException {
    each(
        EnumSet.noneOf(Feature.class),
        graph ->
            assertAlike(graph, Bytes.read(sofa, Bytes.write(sofa, graph), type(graph), FILTER)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void enginesReadWhatWeWrite(boolean sofa) throws IOException {
    each(
        EnumSet.of(Feature.RECORD, Feature.SHADOWED, Feature.BIG_INTEGER),
        graph -> {
          Object read = Engines.read(sofa, Bytes.write(sofa, graph));
          if (!GraphText.of(read).equals(engineOnly(sofa, graph))) {
            assertAlike(graph, read);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void weReadWhatEnginesWrite(boolean sofa) throws IOException {
    each(
        EnumSet.of(Feature.BIG_INTEGER),
        graph -> {
          byte[] bytes = Engines.write(sofa, graph);
          assertAlike(graph, Bytes.read(sofa, bytes, type(graph), FILTER));
          assertAlike(graph, Bytes.read(sofa, bytes, Object.class, FILTER));
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bytesAreTheEngines(boolean sofa) throws IOException {
    each(
        EnumSet.of(
            sofa ? Feature.IMMUTABLE : Feature.BINARY, // hessian-lite cuts as its buffer is full
            Feature.BIG_INTEGER,
            Feature.BODIED_ENUM,
            Feature.THROWABLE,
            Feature.IMMUTABLE),
        graph -> assertSame(Engines.write(sofa, graph), Bytes.write(sofa, graph)));
  }
}
