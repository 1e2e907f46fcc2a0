package io.duomesh.transport.serialization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Settings;
import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Classes that are not made by a constructor without parameters, or stand in for each other. */
class UnusualClassesTest {
  private static final ClassFilter FILTER =
      AllowedClasses.of(Settings.of(Map.of()), Value.class, Strict.class, Unit.class);

  /** As builders leave them. */
  @SuppressWarnings("UnusedVariable") // read and written by their names
  static final class Value implements Serializable {
    @Serial private static final long serialVersionUID = 1L;
    private final String name;
    private final int size;
    private final List<String> tags;

    Value(String name, int size, List<String> tags) {
      this.name = name;
      this.size = size;
      this.tags = tags;
    }
  }

  static final class Strict implements Serializable {
    @Serial private static final long serialVersionUID = 1L;
    private final String name;

    Strict(String name) {
      this.name = Objects.requireNonNull(name);
    }
  }

  /** There is one, and a form that stands for others. */
  static final class Unit implements Serializable {
    @Serial private static final long serialVersionUID = 1L;
    static final Unit ONE = new Unit(1);
    private final int size;

    Unit(int size) {
      this.size = size;
    }

    @Serial
    private Object writeReplace() {
      return new Form(size);
    }
  }

  static final class Form implements Serializable {
    @Serial private static final long serialVersionUID = 1L;
    private final int size;

    Form(int size) {
      this.size = size;
    }

    @Serial
    private Object readResolve() {
      return size == 1 ? Unit.ONE : new Unit(size);
    }
  }

  /** Fails without parameters, too. */
  static final class Broken {
    Broken() {
      throw new IllegalStateException("never");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void objectsWithoutDefaultConstructorAreMadeAsByThePeers(boolean sofa) throws IOException {
    Value value = new Value("a", 5, new ArrayList<>(List.of("x")));
    byte[] bytes = Engines.write(sofa, value);
    assertArrayEquals(bytes, Bytes.write(sofa, value));
    Value read = (Value) Bytes.read(sofa, bytes, Value.class, FILTER);
    assertEquals(GraphText.of(value), GraphText.of(read));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aConstructorThatTakesNoNullIsLeftOut(boolean sofa) throws IOException {
    byte[] bytes = Bytes.write(sofa, new ArrayList<>(List.of(new Strict("a"), new Strict("b"))));
    List<?> read = (List<?>) Bytes.read(sofa, bytes, List.class, FILTER);
    assertEquals("a", ((Strict) read.get(0)).name);
    assertEquals("b", ((Strict) read.get(1)).name);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFailingConstructorWithoutParametersIsAnError(boolean sofa) throws IOException {
    Map<String, Object> fields = Map.of("class", Broken.class.getName());
    byte[] bytes = Bytes.write(sofa, fields, ClassFilter.GENERIC);
    ClassFilter filter = AllowedClasses.of(Settings.of(Map.of()), Broken.class);
    IOException refused =
        assertThrows(IOException.class, () -> Bytes.read(sofa, bytes, Object.class, filter));
    assertTrue(refused.getMessage().contains(Broken.class.getName()), refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void replacementsAreWrittenAndResolvedAsByThePeers(boolean sofa) throws IOException {
    List<Object> units = new ArrayList<>(List.of(Unit.ONE, new Unit(2)));
    byte[] bytes = Engines.write(sofa, units);
    assertArrayEquals(bytes, Bytes.write(sofa, units));
    List<?> read = (List<?>) Bytes.read(sofa, bytes, List.class, FILTER);
    assertSame(Unit.ONE, read.get(0));
    assertEquals(2, assertInstanceOf(Unit.class, read.get(1)).size);
  }
}
