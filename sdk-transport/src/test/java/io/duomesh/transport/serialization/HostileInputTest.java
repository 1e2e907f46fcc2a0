package io.duomesh.transport.serialization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Settings;
import io.duomesh.transport.serialization.Sample.Line;
import io.duomesh.transport.serialization.Sample.Order;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import trap.Trap;

/** What an attacker sends ends in an {@link IOException}, at once and for little memory. */
@Timeout(30)
class HostileInputTest {
  private static final ClassFilter FILTER = AllowedClasses.of(Settings.of(Map.of()), Order.class);

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void unknownClassIsRefusedWithItsNameAndTheSetting(boolean sofa) throws IOException {
    byte[] bytes = object(sofa, Trap.class.getName());
    IOException refused =
        assertThrows(IOException.class, () -> Bytes.read(sofa, bytes, Object.class, FILTER));
    assertTrue(refused.getMessage().contains(Trap.class.getName()), refused.getMessage());
    assertTrue(refused.getMessage().contains(AllowedClasses.ALLOW), refused.getMessage());
    assertFalse(Trap.State.sprung);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.springframework.aop.support.DefaultBeanFactoryPointcutAdvisor",
        "com.sun.rowset.JdbcRowSetImpl",
        "javax.management.BadAttributeValueExpException",
        "sun.print.UnixPrintServiceLookup",
        "java.lang.ProcessBuilder",
        "com.rometools.rome.feed.impl.ToStringBean"
      })
  void deniedClassIsRefusedThoughASettingAllowsIt(String name) throws IOException {
    ClassFilter all =
        AllowedClasses.of(
            Settings.of(Map.of(AllowedClasses.ALLOW, "org.,com.,java.,javax.,sun.*," + name)),
            Order.class);
    assertNull(all.find(name));
    ClassFilter careless = className -> Trap.class;
    for (boolean sofa : new boolean[] {true, false}) {
      byte[] bytes = object(sofa, name);
      for (ClassFilter filter : List.of(all, careless)) {
        IOException refused =
            assertThrows(IOException.class, () -> Bytes.read(sofa, bytes, Object.class, filter));
        assertTrue(refused.getMessage().contains(name), refused.getMessage());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void unknownListAndMapTypesAreRefused(boolean sofa) throws IOException {
    for (Object container :
        List.of(
            new ArrayList<Object>() {
              private static final long serialVersionUID = 1L;
            },
            new HashMap<Object, Object>() {
              private static final long serialVersionUID = 1L;
            },
            new Line[] {new Line("a", 1)})) {
      byte[] bytes = Bytes.write(sofa, container);
      IOException refused =
          assertThrows(
              IOException.class, () -> Bytes.read(sofa, bytes, Object.class, ClassFilter.JDK_ONLY));
      assertTrue(refused.getMessage().contains("is refused"), refused.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void deepNestingIsRefused(boolean sofa) {
    byte[] lists = new byte[1_000_000];
    java.util.Arrays.fill(lists, (byte) (sofa ? 'V' : 0x57));
    assertThrows(IOException.class, () -> Bytes.read(sofa, lists, Object.class, FILTER));
    byte[] maps = new byte[1_000_000];
    java.util.Arrays.fill(maps, (byte) (sofa ? 'M' : 'H'));
    assertThrows(IOException.class, () -> Bytes.read(sofa, maps, Object.class, FILTER));
    byte[] definitions = new byte[1_000_000];
    java.util.Arrays.fill(definitions, (byte) (sofa ? 'O' : 'C'));
    assertThrows(IOException.class, () -> Bytes.read(sofa, definitions, Object.class, FILTER));
  }

  @Test
  void deepNestingIsNotWrittenEither() {
    List<Object> nested = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      nested = new ArrayList<>(List.of(nested));
    }
    List<Object> deep = nested;
    IOException refused = assertThrows(IOException.class, () -> Bytes.write(true, deep));
    assertTrue(refused.getMessage().contains("nested deeper"), refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "566c7fffffff", // a list of 2^31 − 1
        "567400045b696e746c7fffffff", // an int array of as many
        "56740006" + "5b6f626a656374" + "6c7fffffff",
        "53ffff41", // a string of 65535 chars
        "42ffff41", // as many bytes
        "4f497fffffff41", // a class name of 2^31 − 1
        "4f9141497fffffff", // a class of as many fields
        "4f9141494fffffff",
        "6f497fffffff",
        "52ffffffff",
        "4bffff",
        "7690497fffffff",
        "567400036162636e0575497fffffff",
      })
  void hugeLengthsAndIndexesAreRefused(String hex) {
    assertThrows(IOException.class, () -> Bytes.read(true, Bytes.hex(hex), Object.class, FILTER));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "58497fffffff", "56035b696e74497fffffff", "53ffff41", "42ffff41", "43497fffffff",
        "430141497fffffff", "4f497fffffff", "51497fffffff", "56497fffffff", "6f"
      })
  void hugeLengthsAndIndexesOfTheFinalDialectAreRefused(String hex) {
    assertThrows(IOException.class, () -> Bytes.read(false, Bytes.hex(hex), Object.class, FILTER));
  }

  @Test
  void listsTogetherCannotClaimMoreThanTheInputHolds() throws IOException {
    ByteArrayOutputStream nested = new ByteArrayOutputStream();
    for (int i = 0; i < 90; i++) { // each claims all that is left
      nested.writeBytes(Bytes.hex("566c000f0000"));
    }
    nested.writeBytes(new byte[0x0f0000 + 1000]);
    byte[] bytes = nested.toByteArray();
    IOException refused =
        assertThrows(IOException.class, () -> Bytes.read(true, bytes, Object.class, FILTER));
    assertTrue(refused.getMessage().contains("claims"), refused.getMessage());
  }

  @Test
  void hashingASharedGraphIsBounded() throws IOException {
    // 60 levels of two references to the next level: 2^60 steps for a naive hashCode
    List<Object> level = new ArrayList<>();
    level.add("x");
    for (int i = 0; i < 60; i++) {
      List<Object> above = new ArrayList<>();
      above.add(level);
      above.add(level);
      level = above;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (HessianWriter writer = HessianWriter.sofa(out, ClassFilter.JDK_ONLY)) {
      writer.write(level);
    }
    // {level: 1} as a map, by hand: hashing it here would not end either
    ByteArrayOutputStream map = new ByteArrayOutputStream();
    map.write('M');
    map.writeBytes(out.toByteArray());
    map.write(0x91);
    map.write('z');
    // references count from the map now: shift each by one
    byte[] bytes = map.toByteArray();
    for (int i = 0; i + 1 < bytes.length; i++) {
      if (bytes[i] == 0x4a) {
        bytes[++i]++;
      }
    }
    assertThrows(IOException.class, () -> Bytes.read(true, bytes, Object.class, FILTER));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void damagedInputEndsInAnIoException(boolean sofa) throws IOException {
    List<Object> value = new ArrayList<>(List.of(Order.of(1), Order.of(2), Map.of("a", 1)));
    value.add(new IllegalStateException("x"));
    value.add(java.time.ZonedDateTime.now(java.time.ZoneOffset.UTC));
    value.add(new HashSet<>(List.of("a", "é")));
    byte[] good = Bytes.write(sofa, value);
    Random random = new Random(42);
    int read = 0;
    for (int round = 0; round < 5_000; round++) {
      byte[] bad = good.clone();
      for (int i = 0; i <= random.nextInt(3); i++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      try {
        Bytes.read(sofa, bad, Object.class, FILTER);
        read++;
      } catch (IOException expected) {
        // the only way to fail
      }
    }
    assertTrue(read > 0);
    for (int length = 0; length < good.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(good, length);
      assertThrows(IOException.class, () -> Bytes.read(sofa, cut, Object.class, FILTER));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void genericReadingMakesMapsOfUnknownClasses(boolean sofa) throws IOException {
    byte[] bytes = object(sofa, Trap.class.getName());
    Map<?, ?> map =
        assertInstanceOf(Map.class, Bytes.read(sofa, bytes, Object.class, ClassFilter.GENERIC));
    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put("class", Trap.class.getName());
    expected.put("name", "x");
    assertEquals(expected, map);
    assertFalse(Trap.State.sprung);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keysOfOneHashAreRefusedBeforeTheyTakeTime(boolean sofa) throws IOException {
    // [0, 31 n], [1, 31 (n − 1)], …: lists of one hash, none equal; n² comparisons for a map
    int count = 200_000;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (HessianWriter writer = HessianWriter.open(sofa, out, ClassFilter.JDK_ONLY)) {
      writer.out().beginMap(null);
      for (int i = 0; i < count; i++) {
        writer.write(new ArrayList<>(List.of(i, 31 * (count - i))));
        writer.write(1);
      }
      writer.out().end();
    }
    IOException refused =
        assertThrows(
            IOException.class, () -> Bytes.read(sofa, out.toByteArray(), Object.class, FILTER));
    assertTrue(refused.getMessage().contains("hashing"), refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void manyKeysOfManyHashesAreFine(boolean sofa) throws IOException {
    Map<Object, Object> map = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      map.put(new ArrayList<>(List.of(i)), i);
      map.put(java.time.Period.ofDays(i), i);
    }
    assertEquals(map, Bytes.read(sofa, Bytes.write(sofa, map), Object.class, FILTER));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void manyDefinitionsTypesAndLongNamesAreRefused(boolean sofa) throws IOException {
    ByteArrayOutputStream definitions = new ByteArrayOutputStream();
    try (HessianWriter writer = HessianWriter.open(sofa, definitions, ClassFilter.JDK_ONLY)) {
      for (int i = 0; i < 5000; i++) {
        byte[] definition = ClassShape.of("c" + i).definition(sofa);
        writer.out().writeRaw(definition, 0, definition.length);
      }
      writer.write(1);
    }
    ByteArrayOutputStream types = new ByteArrayOutputStream();
    try (HessianWriter writer = HessianWriter.open(sofa, types, ClassFilter.JDK_ONLY)) {
      writer.out().beginList(5000, null);
      for (int i = 0; i < 5000; i++) {
        writer.out().beginMap("java.util.T" + i);
        writer.out().end();
      }
    }
    for (byte[] bytes :
        List.of(definitions.toByteArray(), types.toByteArray(), object(sofa, "a.b".repeat(1000)))) {
      IOException refused =
          assertThrows(
              IOException.class, () -> Bytes.read(sofa, bytes, Object.class, ClassFilter.GENERIC));
      assertTrue(refused.getMessage().matches(".*(too many|more than).*"), refused.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sortedMapsOfNumbersAreNoObjectsToAGenericWriter(boolean sofa) throws IOException {
    Map<Long, String> map = new java.util.TreeMap<>(Map.of(1L, "a"));
    byte[] bytes = Bytes.write(sofa, map, ClassFilter.GENERIC);
    assertEquals(map, Bytes.read(sofa, bytes, Object.class, ClassFilter.GENERIC));
  }

  private static byte[] object(boolean sofa, String className) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (HessianWriter writer = HessianWriter.open(sofa, out, ClassFilter.JDK_ONLY)) {
      writer.beginObject(ClassShape.of(className, "name"));
      writer.write("x");
    }
    return out.toByteArray();
  }
}
