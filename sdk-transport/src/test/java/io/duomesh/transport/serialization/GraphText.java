package io.duomesh.transport.serialization;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * A graph as text: equal for graphs of equal classes, values and identities. What Hessian does not
 * tell apart is alike: byte, short and int; float and double; char and string; the JDK's unnamed
 * collections and the plain ones.
 */
final class GraphText {
  private final StringBuilder text = new StringBuilder();
  private final Map<Object, Integer> numbers = new IdentityHashMap<>();

  static String of(Object root) {
    GraphText graph = new GraphText();
    graph.add(root);
    return graph.text.toString();
  }

  private void add(Object value) {
    if (value == null) {
      text.append("null");
    } else if (value instanceof Byte || value instanceof Short || value instanceof Integer) {
      text.append('i').append(((Number) value).intValue());
    } else if (value instanceof Float || value instanceof Double) {
      double real = ((Number) value).doubleValue();
      float half = (float) real;
      if (real == half || real == Double.parseDouble(Float.toString(half))) {
        text.append('f').append(half == 0 ? 0 : half); // engines lose the sign of zero
      } else {
        text.append('d').append(real);
      }
    } else if (value instanceof Character || value instanceof String) {
      String chars = value.toString();
      boolean isLong = chars.length() > 40;
      text.append('"').append(isLong ? chars.length() + ":" + chars.hashCode() : chars).append('"');
    } else if (value instanceof char[] chars) {
      text.append('"').append(new String(chars)).append('"');
    } else if (value instanceof Enum<?> constant) {
      text.append(constant.getDeclaringClass().getName()).append('.').append(constant.name());
    } else if (value instanceof Throwable thrown) {
      text.append(thrown.getClass().getName()).append(": ").append(thrown.getMessage());
    } else if (isValue(value)) {
      text.append(value.getClass().getSimpleName())
          .append(' ')
          .append(value instanceof java.util.Date d ? d.getTime() : value);
    } else if (value instanceof byte[] bytes) {
      text.append(Bytes.hex(bytes));
    } else {
      compound(value);
    }
  }

  private static boolean isValue(Object value) {
    return value.getClass().getClassLoader() == null
        && !(value instanceof Collection)
        && !(value instanceof Map)
        && !value.getClass().isArray();
  }

  private void compound(Object value) {
    Integer known = numbers.putIfAbsent(value, numbers.size());
    if (known != null) {
      text.append('#').append(known);
      return;
    }
    text.append('\n').append(numbers.size() - 1).append(' ');
    if (value.getClass().isArray()) {
      text.append(value.getClass().getSimpleName());
      for (int i = 0; i < Array.getLength(value); i++) {
        part(Array.get(value, i));
      }
    } else if (value instanceof Map<?, ?> map) {
      text.append(
          name(value, map instanceof SortedMap ? "java.util.TreeMap" : "java.util.HashMap"));
      Map<String, Object> sorted = new TreeMap<>();
      map.forEach((key, each) -> sorted.put(of(key), each));
      sorted.forEach(
          (key, each) -> {
            text.append(' ').append(key).append('=');
            add(each);
          });
    } else if (value instanceof Collection<?> elements) {
      collection(elements);
    } else {
      text.append(value.getClass().getName());
      fields(value);
    }
    text.append(';');
  }

  private void collection(Collection<?> elements) {
    if (elements instanceof Set<?>) {
      boolean sorted = elements instanceof SortedSet;
      text.append(name(elements, sorted ? "java.util.TreeSet" : "java.util.HashSet"));
      List<String> all = new ArrayList<>();
      elements.forEach(each -> all.add(of(each)));
      all.stream().sorted().forEach(each -> text.append(' ').append(each));
    } else {
      text.append(name(elements, "java.util.ArrayList"));
      elements.forEach(this::part);
    }
  }

  /** Unordered and linked ones are alike where the JDK gives no name that a peer could use. */
  private static String name(Object container, String plain) {
    String name = container.getClass().getName();
    boolean unnamed = name.contains("$") && name.startsWith("java.util.");
    boolean linked = name.startsWith("java.util.Linked") && !name.endsWith("List");
    return unnamed || linked || name.endsWith("EnumSet") ? plain : name;
  }

  private void part(Object value) {
    text.append(' ');
    add(value);
  }

  private void fields(Object bean) {
    for (Class<?> c = bean.getClass();
        c != null && c.getClassLoader() != null;
        c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers()) || Modifier.isTransient(field.getModifiers())) {
          continue;
        }
        field.setAccessible(true);
        try {
          text.append(' ').append(field.getName()).append('=');
          add(field.get(bean));
        } catch (IllegalAccessException e) {
          throw new AssertionError(e);
        }
      }
    }
  }
}
