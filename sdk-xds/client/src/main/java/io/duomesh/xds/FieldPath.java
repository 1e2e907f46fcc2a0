package io.duomesh.xds;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Puts the path of a field before what is wrong in it. */
final class FieldPath {
  private FieldPath() {}

  /** Reads a field; what is wrong in it is said with its name in front. */
  static <T> T in(String field, Supplier<T> reader) {
    try {
      return reader.get();
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      String separator = message.matches("[a-z_]+[.\\[:].*") ? "." : ": ";
      throw new IllegalArgumentException(field + separator + message, e);
    }
  }

  /** Reads the entries of a repeated field. */
  static <P, T> List<T> each(String field, List<P> entries, Function<P, T> reader) {
    List<T> read = new ArrayList<>(entries.size());
    for (int i = 0; i < entries.size(); i++) {
      P entry = entries.get(i);
      read.add(in(field + "[" + i + "]", () -> reader.apply(entry)));
    }
    return read;
  }
}
