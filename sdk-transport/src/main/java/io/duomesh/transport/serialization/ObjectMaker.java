package io.duomesh.transport.serialization;

import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import sun.reflect.ReflectionFactory;

/**
 * Makes objects of a class before their fields are known, as the peers' engines do: by its shortest
 * constructor, whose parameters are null or zero; where that refuses those, by none, as Java's own
 * serialization. Immutable but for what it remembers.
 */
final class ObjectMaker {
  private final Class<?> type;
  private final @Nullable Constructor<?> constructor;
  private final @Nullable Object[] arguments;
  private volatile @Nullable Constructor<?> bare;

  ObjectMaker(Class<?> type) {
    this.type = type;
    boolean isOthers = Throwable.class.isAssignableFrom(type) || Enum.class.isAssignableFrom(type);
    constructor = isOthers || Modifier.isAbstract(type.getModifiers()) ? null : shortest(type);
    Class<?>[] parameters = constructor == null ? new Class<?>[0] : constructor.getParameterTypes();
    arguments = Arrays.stream(parameters).map(ObjectMaker::nothing).toArray();
  }

  private static @Nullable Constructor<?> shortest(Class<?> type) {
    Constructor<?> shortest = null;
    long least = Long.MAX_VALUE;
    for (Constructor<?> each : type.getDeclaredConstructors()) {
      long cost = cost(each.getParameterTypes());
      if (cost < least) {
        least = cost;
        shortest = each;
      }
    }
    return shortest != null && shortest.trySetAccessible() ? shortest : null;
  }

  /** The fewer parameters the better, then those that say least: as both engines reckon. */
  private static long cost(Class<?>[] parameters) {
    long cost = 0;
    for (Class<?> parameter : parameters) {
      cost = Math.min(4 * cost + cost(parameter), 1L << 48);
    }
    return cost + ((long) parameters.length << 48);
  }

  private static int cost(Class<?> parameter) {
    if (parameter == Object.class) {
      return 1;
    }
    if (parameter == String.class) {
      return 2;
    }
    if (parameter == int.class) {
      return 3;
    }
    if (parameter == long.class) {
      return 4;
    }
    return parameter.isPrimitive() ? 5 : 6;
  }

  static @Nullable Object nothing(Class<?> type) {
    return type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0) : null;
  }

  /**
   * Makes an object.
   *
   * @throws IOException if the class is abstract, out of reach, or its constructor without
   *     parameters fails
   */
  Object make() throws IOException {
    Constructor<?> known = bare;
    try {
      if (known != null) {
        return known.newInstance();
      }
      if (constructor != null) {
        return constructor.newInstance(arguments);
      }
    } catch (InvocationTargetException e) {
      if (arguments.length == 0 || e.getCause() instanceof Error) {
        throw new IOException("The constructor of " + type.getName() + " failed", e.getCause());
      }
      return withoutConstructor(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IOException(type.getName() + " cannot be made", e);
    }
    throw new IOException(
        type.getName() + " cannot be made: it is abstract, or its package is not open to us");
  }

  private Object withoutConstructor(@Nullable Throwable refusal) throws IOException {
    try {
      Constructor<?> found =
          ReflectionFactory.getReflectionFactory()
              .newConstructorForSerialization(type, Object.class.getDeclaredConstructor());
      bare = found; // the other would refuse the next ones, too
      return found.newInstance();
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new IOException(
          type.getName()
              + " cannot be made: its constructor takes no null, give it one without"
              + " parameters, or make it a record",
          refusal);
    }
  }
}
