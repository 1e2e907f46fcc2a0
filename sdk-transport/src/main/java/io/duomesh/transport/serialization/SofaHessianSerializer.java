package io.duomesh.transport.serialization;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * The dialect of SOFA-Hessian 3.5.x. One value to a stream; for more, {@link HessianWriter} and
 * {@link HessianReader}.
 */
public final class SofaHessianSerializer implements Serializer {
  @Override
  public String name() {
    return Serializers.HESSIAN_SOFA;
  }

  @Override
  public void write(OutputStream out, @Nullable Object value, Type type, ClassFilter filter)
      throws IOException {
    try (HessianWriter writer = HessianWriter.sofa(out, filter)) {
      writer.write(value);
    }
  }

  @Override
  public @Nullable Object read(InputStream in, Type type, ClassFilter filter) throws IOException {
    try (HessianReader reader = HessianReader.sofa(in, filter)) {
      return reader.read(type);
    }
  }
}
