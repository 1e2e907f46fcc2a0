package io.duomesh.transport.serialization;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Plain classes of the JDK that a stream may name without being asked: scalars and exceptions. */
final class JdkClasses {
  private static final Map<String, Class<?>> BY_NAME = new HashMap<>();

  static {
    for (Class<?> type :
        new Class<?>[] {
          Object.class,
          String.class,
          Boolean.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          Character.class,
          Number.class,
          java.util.Date.class,
          java.util.List.class,
          java.util.Set.class,
          java.util.Map.class,
          java.util.Collection.class,
          Throwable.class,
          Exception.class,
          Error.class,
          RuntimeException.class,
          ArithmeticException.class,
          ArrayIndexOutOfBoundsException.class,
          ClassCastException.class,
          ClassNotFoundException.class,
          CloneNotSupportedException.class,
          IllegalArgumentException.class,
          IllegalStateException.class,
          IndexOutOfBoundsException.class,
          InterruptedException.class,
          NegativeArraySizeException.class,
          NoSuchFieldException.class,
          NoSuchMethodException.class,
          NullPointerException.class,
          NumberFormatException.class,
          SecurityException.class,
          StringIndexOutOfBoundsException.class,
          UnsupportedOperationException.class,
          java.io.EOFException.class,
          java.io.FileNotFoundException.class,
          java.io.IOException.class,
          java.io.UncheckedIOException.class,
          java.time.DateTimeException.class,
          java.util.ConcurrentModificationException.class,
          java.util.EmptyStackException.class,
          java.util.InputMismatchException.class,
          java.util.NoSuchElementException.class,
          java.util.concurrent.CancellationException.class,
          java.util.concurrent.CompletionException.class,
          java.util.concurrent.ExecutionException.class,
          java.util.concurrent.RejectedExecutionException.class,
          java.util.concurrent.TimeoutException.class
        }) {
      BY_NAME.put(type.getName(), type);
    }
  }

  private JdkClasses() {}

  static @Nullable Class<?> named(String name) {
    return BY_NAME.get(name);
  }
}
