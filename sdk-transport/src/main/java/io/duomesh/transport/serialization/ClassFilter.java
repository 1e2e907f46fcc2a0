package io.duomesh.transport.serialization;

import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which classes a reader may create: a closed list, asked by name before any class is loaded. JDK
 * value types, collections and common exceptions need no entry. Safe for use by many threads.
 */
public interface ClassFilter {
  /** Allows nothing but the JDK's value types, collections and common exceptions. */
  ClassFilter JDK_ONLY = name -> null;

  /**
   * For generic calls: objects of all other classes are read as maps with the class name under
   * {@code "class"}, and such maps are written as objects of that class.
   */
  ClassFilter GENERIC =
      new ClassFilter() {
        @Override
        public @Nullable Class<?> find(String className) {
          return null;
        }

        @Override
        public boolean othersAsMaps() {
          return true;
        }
      };

  /** The class of a name, or null where objects of it may not be created. */
  @Nullable Class<?> find(String className);

  /** Whether objects of other classes are maps, as {@link #GENERIC} says, instead of refused. */
  default boolean othersAsMaps() {
    return false;
  }

  /**
   * Whether a text may stand for a number, a truth value, a date or a time, as it does where the
   * caller has only what JSON has.
   */
  default boolean textsAsValues() {
    return false;
  }

  /** Why {@link #find} knows no class of a name, and what would change that. */
  default String refusal(String className) {
    return "no interface that is served or called here mentions it or its package; if it belongs"
        + " there, add it or its package (ending in a dot) to "
        + AllowedClasses.ALLOW;
  }

  /**
   * What a client may read of a method's answers: nothing but maps in generic calls; where the
   * result may be anything, known classes, and maps for others.
   */
  static ClassFilter forClient(
      MethodDescriptor method, PayloadShape.Arguments shape, AllowedClasses known) {
    if (shape.generic()) {
      return GENERIC;
    }
    known.add(method);
    return shape.resultType() == Object.class ? othersAsMaps(known) : known;
  }

  /** A filter by which objects of all but known classes are maps. */
  static ClassFilter othersAsMaps(ClassFilter known) {
    return new WiderFilter(known, true, known.textsAsValues());
  }

  /** A filter of the same classes that takes texts for values. */
  static ClassFilter textsAsValues(ClassFilter known) {
    return new WiderFilter(known, known.othersAsMaps(), true);
  }

  /** A filter of exactly these classes. */
  static ClassFilter of(Set<Class<?>> classes) {
    Map<String, Class<?>> byName = new HashMap<>();
    classes.forEach(type -> byName.put(type.getName(), type));
    return byName::get;
  }
}
