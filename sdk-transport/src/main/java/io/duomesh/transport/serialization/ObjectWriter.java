package io.duomesh.transport.serialization;

import java.io.IOException;

/** Writes the objects of one class. Immutable. */
@FunctionalInterface
interface ObjectWriter {
  /** Writes an object that is not null and of the class that the writer was asked for. */
  void write(HessianWriter out, Object value) throws IOException;

  /** The writer of a class; found once, then kept with the class. */
  static ObjectWriter of(Class<?> type) {
    return ObjectWriters.BY_CLASS.get(type);
  }
}
