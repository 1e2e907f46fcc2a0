package io.duomesh.transport.bolt;

import io.duomesh.transport.serialization.ClassShape;
import io.duomesh.transport.serialization.HessianReader;
import io.duomesh.transport.serialization.HessianWriter;
import java.io.IOException;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * A response in Hessian: a {@code SofaResponse} with the fields of SOFARPC 5.13. Confined to the
 * thread that reads it.
 */
final class SofaResponse implements HessianReader.FieldReader {
  static final String CLASS = "com.alipay.sofa.rpc.core.response.SofaResponse";

  private static final ClassShape SHAPE =
      ClassShape.of(CLASS, "isError", "errorMsg", "appResponse", "responseProps");

  private final @Nullable Type type;
  private boolean isError;
  private @Nullable String text;
  private @Nullable Object value;

  /**
   * A response to be read.
   *
   * @param type the result's; null where it is left out
   */
  SofaResponse(@Nullable Type type) {
    this.type = type;
  }

  @Override
  public void read(String field, HessianReader in) throws IOException {
    switch (field) {
      case "isError" -> isError = Boolean.TRUE.equals(in.read(Boolean.class));
      case "errorMsg" -> text = (String) in.read(String.class);
      case "appResponse" -> {
        if (type != null) {
          value = in.readOrThrown(type);
        }
      }
      default -> {}
    }
  }

  /** The framework's error; null if this is none. */
  @Nullable String error() {
    boolean hasText = text != null && !text.isEmpty();
    return isError || hasText ? String.valueOf(text) : null;
  }

  /** The result, or the exception that the service threw. */
  @Nullable Object value() {
    return value;
  }

  /** Writes a response: an error, or else a result or an exception. */
  static void write(HessianWriter writer, @Nullable String error, @Nullable Object value)
      throws IOException {
    writer.beginObject(SHAPE);
    writer.write(error != null);
    writer.write(error);
    if (value instanceof BareThrowable bare) {
      bare.write(writer);
    } else {
      writer.write(value);
    }
    writer.write(null);
  }
}
