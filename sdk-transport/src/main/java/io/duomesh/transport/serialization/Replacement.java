package io.duomesh.transport.serialization;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * The methods by which classes put another object in an object's place, as in Java's own
 * serialization: {@code writeReplace} before it is written, {@code readResolve} once it is read.
 * Immutable.
 */
final class Replacement {
  private final Method method;

  private Replacement(Method method) {
    this.method = method;
  }

  static @Nullable Replacement writing(Class<?> type) {
    return find(type, "writeReplace");
  }

  static @Nullable Replacement reading(Class<?> type) {
    return find(type, "readResolve");
  }

  /** A class's own, or that of a superclass, whoever may call it: as the peers' engines have it. */
  private static @Nullable Replacement find(Class<?> type, String name) {
    for (Class<?> c = type; c != null && !ObjectWriters.isOfTheJdk(c); c = c.getSuperclass()) {
      try {
        Method found = c.getDeclaredMethod(name);
        return found.trySetAccessible() ? new Replacement(found) : null;
      } catch (NoSuchMethodException | LinkageError e) {
        continue; // the superclass may have it
      }
    }
    return null;
  }

  @Nullable Object of(Object object) throws IOException {
    try {
      return method.invoke(object);
    } catch (InvocationTargetException e) {
      throw new IOException(method + " failed", e.getCause());
    } catch (IllegalAccessException e) {
      throw new IOException(method + " is out of reach", e);
    }
  }
}
