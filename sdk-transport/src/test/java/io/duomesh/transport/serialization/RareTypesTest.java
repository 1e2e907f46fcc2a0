package io.duomesh.transport.serialization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Settings;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import trap.Trap;

/** Types that few services have in their signatures, but some do. */
class RareTypesTest {
  static class Rare implements Serializable {
    private static final long serialVersionUID = 1L;
    CopyOnWriteArrayList<Integer> copied;
    EnumSet<Sample.Size> sizes;
    EnumMap<Sample.Size, Integer> counts;
    PriorityQueue<String> first;
    LinkedBlockingQueue<String> waiting;
    Properties properties;
    Class<?> type;
  }

  record Wrapped(Optional<String> text, List<Optional<Integer>> numbers) {}

  private static final ClassFilter FILTER =
      AllowedClasses.of(Settings.of(Map.of()), Rare.class, Wrapped.class);

  private static Rare rare() {
    Rare rare = new Rare();
    rare.copied = new CopyOnWriteArrayList<>(List.of(1, 2));
    rare.sizes = EnumSet.of(Sample.Size.SMALL);
    rare.counts = new EnumMap<>(Map.of(Sample.Size.SMALL, 3));
    rare.first = new PriorityQueue<>(List.of("b", "a"));
    rare.waiting = new LinkedBlockingQueue<>(List.of("x"));
    rare.properties = new Properties();
    rare.properties.setProperty("k", "v");
    rare.type = Rare.class;
    return rare;
  }

  private static void assertAlike(Rare expected, Object actual) {
    Rare read = assertInstanceOf(Rare.class, actual);
    assertEquals(expected.copied, read.copied);
    assertEquals(expected.sizes, read.sizes);
    assertEquals(expected.counts, read.counts);
    assertEquals(new ArrayList<>(expected.first), new ArrayList<>(read.first));
    assertEquals(new ArrayList<>(expected.waiting), new ArrayList<>(read.waiting));
    assertEquals(expected.properties, read.properties);
    assertEquals(expected.type, read.type);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void fieldsOfRareTypesComeBack(boolean sofa) throws IOException {
    Rare rare = rare();
    assertAlike(rare, Bytes.read(sofa, Bytes.write(sofa, rare), Rare.class, FILTER));
    assertAlike(rare, Bytes.read(sofa, Engines.write(sofa, rare), Rare.class, FILTER));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void optionalsAreTheirValues(boolean sofa) throws IOException {
    Wrapped wrapped = new Wrapped(Optional.of("x"), List.of(Optional.empty(), Optional.of(2)));
    assertEquals(wrapped, Bytes.read(sofa, Bytes.write(sofa, wrapped), Wrapped.class, FILTER));
    if (!sofa) { // SOFA-Hessian refuses them
      assertEquals(
          wrapped, Bytes.read(false, Engines.write(false, wrapped), Wrapped.class, FILTER));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void classesThatAreNotAllowedAreNoValuesEither(boolean sofa) throws IOException {
    for (Class<?> allowed : new Class<?>[] {int.class, String.class, Rare.class}) {
      byte[] bytes = Bytes.write(sofa, allowed);
      assertEquals(allowed, Bytes.read(sofa, bytes, Class.class, FILTER));
      assertEquals(allowed, Engines.read(sofa, bytes));
      assertEquals(Bytes.hex(Engines.write(sofa, allowed)), Bytes.hex(bytes));
    }
    for (Class<?> refused : new Class<?>[] {Runtime.class, trap.Trap.class}) {
      byte[] bytes = Bytes.write(sofa, refused);
      IOException refusal =
          assertThrows(IOException.class, () -> Bytes.read(sofa, bytes, Class.class, FILTER));
      assertTrue(refusal.getMessage().contains(refused.getName()), refusal.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatTheEnginesTakeOfTheJdkGoesInTheirBytes(boolean sofa) throws IOException {
    for (Object value :
        List.of(
            new File("a/b"),
            new AtomicReference<>("r"),
            new AtomicIntegerArray(new int[] {1, 2}),
            new AtomicLongArray(new long[] {3}),
            new IdentityHashMap<>(Map.of("a", 1)),
            new PriorityBlockingQueue<>(List.of("a")),
            new LinkedTransferQueue<>(List.of("a")),
            int[].class,
            long[][].class,
            String[].class,
            Rare[].class)) {
      byte[] bytes = Engines.write(sofa, value);
      assertArrayEquals(bytes, Bytes.write(sofa, value), value.getClass().getName());
      Object read = Bytes.read(sofa, bytes, Object.class, FILTER);
      assertEquals(value.getClass(), read.getClass());
      assertEquals(value.toString(), read.toString());
    }
    byte[] set = Engines.write(sofa, new CopyOnWriteArraySet<>(List.of("a")));
    assertEquals(Set.of("a"), Bytes.read(sofa, set, Object.class, FILTER));
    assertInstanceOf(
        CopyOnWriteArraySet.class, Bytes.read(sofa, set, CopyOnWriteArraySet.class, FILTER));
  }

  @Test
  void optionalsGoAsHessianLiteHasThem() throws IOException {
    for (Optional<?> value : List.of(Optional.of("a"), Optional.empty())) {
      byte[] bytes = Engines.write(false, value);
      assertArrayEquals(bytes, Bytes.write(false, value));
      assertEquals(value, Bytes.read(false, bytes, Optional.class, FILTER));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void arraysOfKnownClassesAreThemselvesWhereOthersAreMaps(boolean sofa) throws IOException {
    ClassFilter any = ClassFilter.othersAsMaps(FILTER);
    byte[] known = Engines.write(sofa, new Rare[] {new Rare()});
    assertEquals(Rare[].class, Bytes.read(sofa, known, Object.class, any).getClass());
    byte[] unknown = Engines.write(sofa, new Trap[0]);
    assertEquals(Object[].class, Bytes.read(sofa, unknown, Object.class, any).getClass());
  }
}
