package io.duomesh.transport.serialization;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Type;
import java.util.HexFormat;

/** Both dialects over byte arrays. */
final class Bytes {
  private Bytes() {}

  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  static byte[] write(boolean sofa, Object value) throws IOException {
    return write(sofa, value, ClassFilter.JDK_ONLY);
  }

  static byte[] write(boolean sofa, Object value, ClassFilter filter) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (HessianWriter writer = HessianWriter.open(sofa, out, filter)) {
      writer.write(value);
    }
    return out.toByteArray();
  }

  static Object read(boolean sofa, byte[] bytes, Type type, ClassFilter filter) throws IOException {
    try (HessianReader reader = reader(sofa, bytes, filter)) {
      return reader.read(type);
    }
  }

  static Object readOrThrown(boolean sofa, byte[] bytes, Type type, ClassFilter filter)
      throws IOException {
    try (HessianReader reader = reader(sofa, bytes, filter)) {
      return reader.readOrThrown(type);
    }
  }

  static HessianReader reader(boolean sofa, byte[] bytes, ClassFilter filter) {
    return sofa
        ? HessianReader.sofa(bytes, 0, bytes.length, filter)
        : HessianReader.hessian2(bytes, 0, bytes.length, filter);
  }

  static InputStream resource(String name) {
    InputStream found = Bytes.class.getResourceAsStream(name);
    if (found == null) {
      throw new IllegalStateException("missing test resource " + name);
    }
    return found;
  }
}
