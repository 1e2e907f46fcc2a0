package io.duomesh.transport.bolt;

import io.duomesh.transport.serialization.ClassFilter;
import io.duomesh.transport.serialization.ClassShape;
import io.duomesh.transport.serialization.HessianReader;
import io.duomesh.transport.serialization.HessianWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The content of responses of another status than success: an exception in Hessian, or a text. */
final class ServerExceptionContent {
  static final String CLASS = "com.alipay.remoting.rpc.exception.RpcServerException";

  private static final String MESSAGE = "detailMessage";
  private static final ClassShape SHAPE =
      ClassShape.of(CLASS, MESSAGE, "cause", "stackTrace", "suppressedExceptions");
  private static final StackTraceElement[] NO_FRAMES = {};

  private ServerExceptionContent() {}

  /** The exception's message; null if it has none that can be read. */
  static @Nullable String text(BoltFrame frame) {
    if (frame.classLength() == 0) { // MOSN's direct response: the text itself
      return new String(frame.contentBytes(), StandardCharsets.UTF_8);
    }
    @Nullable String[] text = {null};
    try (HessianReader reader = frame.hessian(ClassFilter.JDK_ONLY)) {
      reader.readObject(
          (field, in) -> {
            if (field.equals(MESSAGE)) {
              text[0] = (String) in.read(String.class);
            }
          });
    } catch (IOException | RuntimeException unreadable) {
      return text[0]; // the status says enough
    }
    return text[0];
  }

  /** Writes an exception of no stack. */
  static void write(OutputStream out, String message) throws IOException {
    try (HessianWriter writer = HessianWriter.sofa(out, ClassFilter.JDK_ONLY)) {
      writer.beginObject(SHAPE);
      writer.write(message);
      writer.write(null);
      writer.write(NO_FRAMES);
      writer.write(null);
    }
  }
}
