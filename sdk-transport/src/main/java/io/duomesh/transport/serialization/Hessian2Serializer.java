package io.duomesh.transport.serialization;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Final Hessian 2. One value to a stream; for more, {@link HessianWriter} and {@link
 * HessianReader}.
 */
public final class Hessian2Serializer implements Serializer {
  @Override
  public String name() {
    return Serializers.HESSIAN2;
  }

  @Override
  public void write(OutputStream out, @Nullable Object value, Type type, ClassFilter filter)
      throws IOException {
    try (HessianWriter writer = HessianWriter.hessian2(out, filter)) {
      writer.write(value);
    }
  }

  @Override
  public @Nullable Object read(InputStream in, Type type, ClassFilter filter) throws IOException {
    try (HessianReader reader = HessianReader.hessian2(in, filter)) {
      return reader.read(type);
    }
  }
}
