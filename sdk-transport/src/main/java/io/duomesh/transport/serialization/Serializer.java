package io.duomesh.transport.serialization;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Turns single values into bytes and back. Found by {@link java.util.ServiceLoader} and selected by
 * name; two of one name are an error. Safe for use by many threads.
 *
 * <p>Input is hostile: a reader bounds what it allocates by what has arrived and creates only
 * classes that {@link ClassFilter} allows. It may read its stream to the end.
 */
public interface Serializer {
  /** Name in settings: {@code hessian2}, {@code hessian-sofa}, {@code protobuf}, {@code json}. */
  String name();

  /**
   * Writes a value; leaves the stream open.
   *
   * @param type its declared type
   * @throws IOException if it cannot be written; the message names the class
   */
  void write(OutputStream out, @Nullable Object value, Type type, ClassFilter filter)
      throws IOException;

  /**
   * Reads a value.
   *
   * @param type what is expected; {@code Object.class} where nothing is known
   * @return a value of that type, or null
   * @throws IOException if it cannot be read; the message says what was met
   */
  @Nullable Object read(InputStream in, Type type, ClassFilter filter) throws IOException;
}
