package io.duomesh.transport.serialization;

import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Type;
import java.util.Date;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Arrays: typed lists whose type is {@code [} and the component's name. */
final class ArrayCodec {
  /** The names of components that are not their classes' own. */
  private static final Map<String, Class<?>> SHORT_NAMES =
      Map.ofEntries(
          Map.entry("boolean", boolean.class),
          Map.entry("byte", byte.class),
          Map.entry("short", short.class),
          Map.entry("int", int.class),
          Map.entry("long", long.class),
          Map.entry("float", float.class),
          Map.entry("double", double.class),
          Map.entry("char", char.class),
          Map.entry("string", String.class),
          Map.entry("object", Object.class),
          Map.entry("date", Date.class));

  private static final Map<Character, Class<?>> PRIMITIVES =
      Map.of(
          'Z', boolean.class,
          'B', byte.class,
          'S', short.class,
          'I', int.class,
          'J', long.class,
          'F', float.class,
          'D', double.class,
          'C', char.class);

  /** Far fewer than a class file may have: each makes a class that stays. */
  private static final int MAX_DIMENSIONS = 16;

  private ArrayCodec() {}

  static ObjectWriter writer(Class<?> type) {
    String name = name(type);
    if (type == int[].class) {
      return (out, value) -> {
        int[] array = (int[]) value;
        if (!out.wroteReference(value)) {
          boolean ends = out.out().beginList(array.length, name);
          for (int element : array) {
            out.out().writeInt(element);
          }
          end(out, ends);
        }
      };
    }
    if (type == long[].class) {
      return (out, value) -> {
        long[] array = (long[]) value;
        if (!out.wroteReference(value)) {
          boolean ends = out.out().beginList(array.length, name);
          for (long element : array) {
            out.out().writeLong(element);
          }
          end(out, ends);
        }
      };
    }
    if (type == float[].class) {
      return (out, value) -> {
        float[] array = (float[]) value;
        if (!out.wroteReference(value)) {
          boolean ends = out.out().beginList(array.length, name);
          for (float element : array) {
            out.out().writeDouble(element);
          }
          end(out, ends);
        }
      };
    }
    return (out, value) -> {
      if (!out.wroteReference(value)) {
        int length = Array.getLength(value);
        boolean ends = out.out().beginList(length, name);
        for (int i = 0; i < length; i++) {
          out.write(Array.get(value, i));
        }
        end(out, ends);
      }
    };
  }

  private static void end(HessianWriter out, boolean ends) throws IOException {
    if (ends) {
      out.out().end();
    }
  }

  private static String name(Class<?> type) {
    Class<?> component = type.getComponentType();
    if (component == null) {
      for (Map.Entry<String, Class<?>> entry : SHORT_NAMES.entrySet()) {
        if (entry.getValue() == type) {
          return entry.getKey();
        }
      }
      return type.getName();
    }
    return '[' + name(component);
  }

  /**
   * The component type that an array's wire name says.
   *
   * @param name the name without its first bracket
   */
  static Class<?> component(String name, HessianReader in) throws IOException {
    int dimensions = 0;
    while (dimensions < name.length() && name.charAt(dimensions) == '[') {
      if (++dimensions > MAX_DIMENSIONS) {
        throw new HessianException("An array of more than " + MAX_DIMENSIONS + " dimensions");
      }
    }
    Class<?> component = named(name.substring(dimensions), in);
    for (int i = 0; i < dimensions; i++) {
      component = component.arrayType();
    }
    return component;
  }

  /** The class of a name as {@link Class#getName} gives it. */
  static Class<?> classOf(String name, HessianReader in) throws IOException {
    int dimensions = name.lastIndexOf('[') + 1;
    if (dimensions == 0) {
      return component(name, in);
    }
    String element = name.substring(dimensions);
    Class<?> primitive = element.length() == 1 ? PRIMITIVES.get(element.charAt(0)) : null;
    String plain =
        primitive != null
            ? primitive.getName()
            : element.startsWith("L") && element.endsWith(";")
                ? element.substring(1, element.length() - 1)
                : element;
    return component(name.substring(0, dimensions) + plain, in);
  }

  private static Class<?> named(String name, HessianReader in) throws IOException {
    Class<?> known = SHORT_NAMES.get(name);
    if (known == null) {
      JdkValue<?> value = JdkValue.named(name);
      known = value == null ? JdkClasses.named(name) : value.type();
    }
    if (known == null && in.filter().othersAsMaps()) {
      Class<?> allowed = in.find(name);
      return allowed == null ? Object.class : allowed;
    }
    return known == null ? in.classOf(name) : known;
  }

  /** Reads the elements of a list as an array, its length being known or not. */
  static Object read(HessianReader in, int reference, Type component, int length)
      throws IOException {
    Class<?> raw = Types.raw(component);
    Object array = Array.newInstance(raw, Math.max(length, 0));
    in.setReference(reference, array);
    if (length >= 0) {
      for (int i = 0; i < length; i++) {
        set(array, i, in.value(component), raw);
      }
      return array;
    }
    int count = 0;
    while (!in.atEnd()) {
      if (count == Array.getLength(array)) {
        Object larger = Array.newInstance(raw, Math.max(8, count * 2));
        System.arraycopy(array, 0, larger, 0, count);
        array = larger;
      }
      set(array, count++, in.value(component), raw);
    }
    Object exact = Array.newInstance(raw, count);
    System.arraycopy(array, 0, exact, 0, count);
    in.setReference(reference, exact);
    return exact;
  }

  private static void set(Object array, int index, @Nullable Object element, Class<?> component)
      throws IOException {
    if (element == null && component.isPrimitive()) {
      throw new HessianException("null in an array of " + component);
    }
    try {
      Array.set(array, index, element);
    } catch (IllegalArgumentException e) {
      throw new HessianException(
          String.valueOf(element == null ? null : element.getClass().getName())
              + " in an array of "
              + component.getName(),
          e);
    }
  }
}
