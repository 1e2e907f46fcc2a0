package io.duomesh.transport.serialization;

import java.io.IOException;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** Reads the objects of one class. Immutable. */
@FunctionalInterface
interface ObjectReader {
  /**
   * Reads the fields of an object and makes it.
   *
   * @param reference the object's number; a reader that makes the object before its fields sets it
   *     with {@link HessianReader#setReference}
   * @param expected the type that it should have, for its type arguments
   */
  @Nullable Object read(HessianReader in, Definition definition, int reference, Type expected)
      throws IOException;

  /** Whether the hashes of its objects are their identities'. */
  default boolean isOpaque() {
    return false;
  }
}
