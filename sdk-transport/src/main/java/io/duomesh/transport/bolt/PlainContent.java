package io.duomesh.transport.bolt;

import io.duomesh.Invocation;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.Status;
import io.duomesh.transport.serialization.ClassFilter;
import io.duomesh.transport.serialization.HessianReader;
import io.duomesh.transport.serialization.HessianWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Plain SOFABolt: a content is one object in Hessian, whose class the frame names. Errors are never
 * in a response of status success.
 */
final class PlainContent implements ContentCodec {
  /** For errors alone. */
  static final PlainContent ERRORS = new PlainContent(ClassFilter.JDK_ONLY);

  private final ClassFilter filter;

  PlainContent(ClassFilter filter) {
    this.filter = filter;
  }

  @Override
  public int id() {
    return BoltFrame.HESSIAN;
  }

  @Override
  public RequestForm form(MethodDescriptor method, String application) {
    return PlainRequestForm.INSTANCE;
  }

  @Override
  public void writeRequest(OutputStream out, Invocation invocation, @Nullable Object message)
      throws IOException {
    write(out, message);
  }

  private void write(OutputStream out, @Nullable Object value) throws IOException {
    try (HessianWriter writer = HessianWriter.sofa(out, filter)) {
      writer.write(value);
    }
  }

  private @Nullable Object read(BoltFrame frame, Class<?> type) throws IOException {
    if (frame.contentLength() == 0) { // SOFABolt's null
      return null;
    }
    try (HessianReader reader = frame.hessian(filter)) {
      return reader.read(type);
    }
  }

  @Override
  public @Nullable Object readResponse(BoltFrame frame, MethodDescriptor method)
      throws IOException {
    return read(frame, ((PayloadShape.Message) method.shape()).responseType());
  }

  @Override
  public @Nullable String readError(BoltFrame frame) {
    return null;
  }

  @Override
  public boolean readsErrors() {
    return false;
  }

  @Override
  public Request readRequest(BoltFrame frame, ServiceDefinition service, RequestHead head)
      throws IOException {
    ServerMethod method = head.methodOf(service);
    if (!(method.descriptor().shape() instanceof PayloadShape.Message shape)) {
      throw new IOException(service.name() + " serves no requests of its own class");
    }
    return new Request(method, read(frame, shape.requestType()));
  }

  @Override
  public byte[] responseClass(@Nullable Object result) {
    String name = result == null ? "" : result.getClass().getName();
    return name.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void writeResponse(OutputStream out, MethodDescriptor method, @Nullable Object result)
      throws IOException {
    if (result != null) {
      write(out, result);
    }
  }

  @Override
  public int status(Status status) {
    int bolt = BoltStatus.of(status);
    return bolt == BoltStatus.SUCCESS ? BoltStatus.SERVER_EXCEPTION : bolt;
  }

  @Override
  public void writeError(OutputStream out, Status status) {
    throw new IllegalStateException("an error has a status of its own");
  }
}
