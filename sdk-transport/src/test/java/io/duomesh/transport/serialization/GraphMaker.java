package io.duomesh.transport.serialization;

import io.duomesh.transport.serialization.GraphTypes.Base;
import io.duomesh.transport.serialization.GraphTypes.Bodied;
import io.duomesh.transport.serialization.GraphTypes.Links;
import io.duomesh.transport.serialization.GraphTypes.LinksPage;
import io.duomesh.transport.serialization.GraphTypes.Numbers;
import io.duomesh.transport.serialization.GraphTypes.Page;
import io.duomesh.transport.serialization.GraphTypes.Pair;
import io.duomesh.transport.serialization.GraphTypes.Plain;
import io.duomesh.transport.serialization.GraphTypes.Shadow;
import io.duomesh.transport.serialization.GraphTypes.Values;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.Vector;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Makes graphs of objects from a seed, with cycles and shared parts. */
final class GraphMaker {
  /** What engines write or read in ways of their own, so that a test can look elsewhere. */
  enum Feature {
    BODIED_ENUM,
    THROWABLE,
    IMMUTABLE,
    RECORD,
    SHADOWED,
    BIG_INTEGER,
    BINARY,
    LONG_TEXT
  }

  private static final String[] TEXTS = {
    "",
    "a",
    "same",
    "Grüße",
    "客户",
    "😀 and 😀",
    "x".repeat(31),
    "y".repeat(32),
    "z".repeat(1023),
    "w".repeat(1024),
    "é".repeat(700),
    "line\nbreak\u0000"
  };
  private static final long[] WHOLE = {
    0,
    1,
    -1,
    15,
    16,
    -8,
    -9,
    -16,
    -17,
    47,
    48,
    127,
    -128,
    2047,
    2048,
    -2048,
    -2049,
    262143,
    262144,
    -262144,
    -262145,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE
  };
  private static final double[] REAL = {
    0,
    1,
    -1,
    2,
    127,
    -128,
    128,
    32767,
    -32768,
    32768,
    0.5,
    1.1,
    12.345,
    -0.001,
    1e10,
    1e300,
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    1.1f,
    3.4028235e38f
  };

  private final Random random;
  private final Set<Feature> without;
  private final List<Object> made = new ArrayList<>();
  private int budget;

  GraphMaker(long seed, Set<Feature> without) {
    random = new Random(seed);
    this.without = without;
    budget = 5 + random.nextInt(60);
  }

  Object root() {
    return random.nextInt(4) == 0 ? container(0) : bean(0);
  }

  private int next(int bound) {
    return random.nextInt(bound);
  }

  private boolean may(Feature feature) {
    return !without.contains(feature);
  }

  private String text() {
    String text = TEXTS[next(may(Feature.LONG_TEXT) ? TEXTS.length : 6)];
    return next(3) == 0 ? new StringBuilder(text).append(next(100)).toString() : text;
  }

  private long whole() {
    return next(3) == 0 ? random.nextLong() >> next(64) : WHOLE[next(WHOLE.length)];
  }

  private double real() {
    return next(3) == 0 ? random.nextGaussian() : REAL[next(REAL.length)];
  }

  private <T extends Enum<T>> T constant(Class<T> type) {
    return type.getEnumConstants()[next(type.getEnumConstants().length)];
  }

  private Bodied bodied() {
    return may(Feature.BODIED_ENUM) ? constant(Bodied.class) : Bodied.X;
  }

  private LocalDateTime time() {
    return LocalDateTime.of(1900 + next(300), 1 + next(12), 1 + next(28), next(24), next(60))
        .plusNanos(next(1_000_000_000));
  }

  private Object leaf() {
    return switch (next(24)) {
      case 0 -> (int) whole();
      case 1 -> whole();
      case 2 -> real();
      case 3 -> random.nextBoolean();
      case 4 -> new Date(whole());
      case 5 -> new Date(60_000L * next(1 << 30));
      case 6 -> BigDecimal.valueOf(random.nextLong(), next(20));
      case 7 -> constant(Plain.class);
      case 8 -> bodied();
      case 9 -> (short) whole();
      case 10 -> (byte) whole();
      case 11 -> (float) real();
      case 12 -> (char) ('a' + next(5000));
      case 13 -> javaTime();
      case 14 -> Locale.forLanguageTag(next(2) == 0 ? "de-DE" : "zh");
      case 15 -> null;
      case 16 -> bytes();
      case 17 ->
          may(Feature.THROWABLE) ? new IllegalStateException(text()) : Integer.valueOf(next(9));
      case 18 ->
          may(Feature.RECORD)
              ? new Pair(next(9), text(), whole(), new ArrayList<>(List.of("p")), Plain.B)
              : text();
      case 19 -> may(Feature.BIG_INTEGER) ? BigInteger.valueOf(whole()) : text();
      default -> text();
    };
  }

  private Object javaTime() {
    LocalDateTime time = time();
    return switch (next(13)) {
      case 0 -> time;
      case 1 -> time.toLocalDate();
      case 2 -> time.toLocalTime();
      case 3 -> time.toInstant(ZoneOffset.UTC);
      case 4 -> Duration.ofSeconds(next(1 << 30), next(1000));
      case 5 -> Period.of(next(5), next(5), next(5));
      case 6 -> Year.of(time.getYear());
      case 7 -> YearMonth.from(time);
      case 8 -> MonthDay.from(time);
      case 9 -> ZoneOffset.ofHours(next(10));
      case 10 -> ZoneId.of("Asia/Shanghai");
      case 11 -> OffsetDateTime.of(time, ZoneOffset.ofHours(next(10)));
      default -> ZonedDateTime.of(time, ZoneId.of("Europe/Paris"));
    };
  }

  private byte[] bytes() {
    int kinds = may(Feature.BINARY) ? 7 : 1;
    byte[] bytes = new byte[new int[] {0, 3, 15, 16, 300, 1023, 1024}[next(kinds)]];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Anything: a leaf, a new object, or one that is there already, which may be around it. */
  private Object any(int depth) {
    int way = next(10);
    if (way < 5 || depth > 12 || budget < 0) {
      return leaf();
    }
    if (way < 7 && !made.isEmpty()) {
      return made.get(next(made.size()));
    }
    return way == 7 ? bean(depth + 1) : container(depth + 1);
  }

  private Object bean(int depth) {
    budget--;
    if (depth > 12 || budget < 0) {
      return null;
    }
    Base bean =
        switch (next(7)) {
          case 0 -> new Numbers();
          case 1 -> new Values();
          case 2 -> new GraphTypes.Arrays();
          case 3 -> new LinksPage();
          case 4 -> may(Feature.SHADOWED) ? new Shadow() : new Base();
          default -> new Links();
        };
    return fill(bean, depth);
  }

  private Base fill(Base bean, int depth) {
    made.add(bean);
    try {
      for (Class<?> c = bean.getClass(); c != Object.class; c = c.getSuperclass()) {
        for (Field field : c.getDeclaredFields()) {
          if (!Modifier.isStatic(field.getModifiers())
              && !Modifier.isTransient(field.getModifiers())
              && next(5) > 0) {
            field.setAccessible(true);
            Object value = of(field, bean, depth);
            if (value != null) {
              field.set(bean, value);
            }
          }
        }
      }
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
    return bean;
  }

  private Object of(Field field, Base owner, int depth) {
    Class<?> type = field.getType();
    Object scalar = scalar(type);
    if (scalar != null) {
      return scalar;
    }
    if (type.isArray()) {
      return array(type, depth);
    }
    if (type == Base.class) {
      Object old = made.get(next(made.size()));
      return next(3) == 0 && old instanceof Base ? old : bean(depth + 1);
    }
    if (type == Links.class || field.getName().equals("first")) {
      return next(2) == 0 || depth > 12 ? null : fill(new Links(), depth + 1);
    }
    return switch (field.getName()) {
      case "list" -> collection(lists(), () -> next(3) == 0 ? null : bean(depth + 1));
      case "items" -> collection(lists(), () -> depth > 12 ? null : fill(new Links(), depth + 1));
      case "lists" -> collection(lists(), () -> collection(lists(), this::whole));
      case "strings" -> collection(lists(), this::text);
      case "linked" -> collection(new LinkedList<>(), () -> (int) whole());
      case "set" -> collection(sets(), this::text);
      case "plains" -> collection(sets(), () -> constant(Plain.class));
      case "map" -> map(maps(), this::text, () -> bean(depth + 1));
      case "named" -> map(maps(), this::text, () -> owner instanceof Page ? null : 1);
      case "grouped" ->
          map(maps(), () -> (int) whole(), () -> collection(lists(), () -> bean(depth + 1)));
      case "byPlain" -> map(maps(), () -> constant(Plain.class), () -> any(depth + 1));
      case "sorted" -> map(new TreeMap<>(), this::text, () -> next(100));
      default -> any(depth + 1);
    };
  }

  private Object scalar(Class<?> type) {
    if (type == int.class || type == Integer.class) {
      return (int) whole();
    }
    if (type == long.class || type == Long.class || type == Number.class) {
      return whole();
    }
    if (type == boolean.class || type == Boolean.class) {
      return random.nextBoolean();
    }
    if (type == double.class || type == Double.class) {
      return real();
    }
    if (type == short.class || type == Short.class) {
      return (short) whole();
    }
    if (type == byte.class || type == Byte.class) {
      return (byte) whole();
    }
    if (type == float.class || type == Float.class) {
      return (float) real();
    }
    if (type == char.class || type == Character.class) {
      return (char) ('a' + next(5000));
    }
    if (type == String.class || type == CharSequence.class || type == Comparable.class) {
      return text();
    }
    if (type == Date.class || type == java.io.Serializable.class) {
      return new Date(whole());
    }
    if (type == BigDecimal.class) {
      return BigDecimal.valueOf(random.nextLong(), next(20));
    }
    if (type == Plain.class) {
      return constant(Plain.class);
    }
    if (type == Bodied.class) {
      return bodied();
    }
    if (type == Locale.class) {
      return Locale.CANADA_FRENCH;
    }
    if (type == LocalDate.class) {
      return time().toLocalDate();
    }
    if (type == LocalDateTime.class) {
      return time();
    }
    return type == Instant.class ? Instant.ofEpochSecond(next(1 << 30), next(1000)) : null;
  }

  private Object array(Class<?> type, int depth) {
    Class<?> component = type.getComponentType();
    if (component == byte.class) {
      return bytes();
    }
    Object array = Array.newInstance(component, new int[] {0, 1, 3, 8, 20}[next(5)]);
    made.add(array);
    for (int i = 0; i < Array.getLength(array); i++) {
      Object element = scalar(component);
      if (component.isArray()) {
        element = array(component, depth + 1);
      } else if (component == Base.class) {
        element = bean(depth + 1);
      } else if (component == Object.class) {
        element = any(depth + 1);
      }
      if (element != null && (component.isPrimitive() || next(8) > 0)) {
        Array.set(array, i, element);
      }
    }
    return array;
  }

  private Collection<Object> lists() {
    return next(3) == 0 ? new LinkedList<>() : next(3) == 0 ? new Vector<>() : new ArrayList<>();
  }

  private Collection<Object> sets() {
    return next(3) == 0 ? new LinkedHashSet<>() : next(3) == 0 ? new TreeSet<>() : new HashSet<>();
  }

  private Map<Object, Object> maps() {
    return next(3) == 0 ? new LinkedHashMap<>() : next(4) == 0 ? new TreeMap<>() : new HashMap<>();
  }

  private Collection<Object> collection(Collection<Object> to, Supplier<Object> elements) {
    made.add(to);
    int length = new int[] {0, 1, 2, 7, 8, 12}[next(6)];
    for (int i = 0; i < length; i++) {
      Object element = elements.get();
      if (element != null || to instanceof List) {
        to.add(element);
      }
    }
    return to;
  }

  private Map<Object, Object> map(
      Map<Object, Object> to, Supplier<Object> keys, Supplier<Object> values) {
    made.add(to);
    for (int i = next(5); i > 0; i--) {
      to.put(keys.get(), values.get());
    }
    if (to.getClass() == HashMap.class && next(6) == 0) {
      to.put(null, values.get());
    }
    return to;
  }

  private Object container(int depth) {
    budget--;
    if (depth > 12) {
      return null;
    }
    Supplier<Object> anything = () -> any(depth + 1);
    return switch (next(14)) {
      case 0, 1 -> collection(lists(), anything);
      case 2 -> collection(sets(), this::text);
      case 3 -> collection(sets(), this::whole);
      case 4 -> map(maps(), this::text, anything);
      case 5 -> map(maps(), this::whole, anything);
      case 6 -> map(new ConcurrentHashMap<>(), this::text, this::text);
      case 7 -> collection(new ArrayDeque<>(), this::text);
      case 8 -> array(Object[].class, depth);
      case 9 -> array(new Class<?>[] {int[].class, long[].class, String[].class}[next(3)], depth);
      case 10 ->
          array(new Class<?>[] {double[].class, boolean[].class, short[].class}[next(3)], depth);
      case 11 -> may(Feature.IMMUTABLE) ? immutable() : collection(lists(), anything);
      case 12 -> new ArrayList<>(Collections.nCopies(next(700), next(9)));
      default -> array(Base[].class, depth);
    };
  }

  private Object immutable() {
    return switch (next(9)) {
      case 0 -> List.of(text(), text());
      case 1 -> List.of(1, 2, 3, 4);
      case 2 -> Set.of("only");
      case 3 -> Map.of("k", text());
      case 4 -> Collections.unmodifiableList(new ArrayList<>(List.of(text())));
      case 5 -> Collections.emptyMap();
      case 6 -> Collections.singletonList(text());
      case 7 -> EnumSet.of(Plain.A, Plain.C);
      default -> java.util.Arrays.asList(text(), text());
    };
  }
}
