package io.duomesh.transport.bolt;

import io.duomesh.Invocation;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.RpcException;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.Status;
import io.duomesh.transport.serialization.ClassFilter;
import io.duomesh.transport.serialization.HessianReader;
import io.duomesh.transport.serialization.HessianWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Codec 1, SOFARPC's own: a request is a stream of a {@link SofaRequest} and then each argument, a
 * response is a {@link SofaResponse}.
 */
final class HessianContent implements ContentCodec {
  private final ClassFilter filter;

  /** A client's codec serves one method; same value whoever makes it. */
  private SofaRequest.@Nullable Signature last;

  /**
   * A codec of some methods.
   *
   * @param filter the classes that their values may have
   */
  HessianContent(ClassFilter filter) {
    this.filter = filter;
  }

  @Override
  public int id() {
    return BoltFrame.HESSIAN;
  }

  @Override
  public void writeRequest(OutputStream out, Invocation invocation, @Nullable Object message)
      throws IOException {
    MethodDescriptor method = invocation.method();
    if (!(method.shape() instanceof PayloadShape.Arguments shape)) {
      throw new IOException(
          "Hessian on Bolt carries Java arguments, not " + method.shape() + " (use protobuf)");
    }
    Object[] arguments = message == null ? new Object[0] : (Object[]) message;
    try (HessianWriter writer = HessianWriter.sofa(out, filter)) {
      signature(method, shape).write(writer, invocation.metadata());
      for (Object argument : arguments) {
        writer.write(argument);
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // methods are known by identity
  private SofaRequest.Signature signature(MethodDescriptor method, PayloadShape.Arguments shape) {
    SofaRequest.Signature known = last;
    if (known == null || known.method != method) {
      known = new SofaRequest.Signature(method, shape);
      last = known;
    }
    return known;
  }

  @Override
  public Request readRequest(BoltFrame frame, ServiceDefinition service, RequestHead head)
      throws IOException {
    try (HessianReader reader = frame.hessian(filter)) {
      SofaRequest request = new SofaRequest(head.metadata().isEmpty());
      checkClass(BoltMethod.REQUEST_CLASS, reader.readObject(request));
      ServerMethod method = request.find(service, head.method());
      if (!(method.descriptor().shape() instanceof PayloadShape.Arguments shape)) {
        throw new IOException(
            method.descriptor() + " takes protobuf messages (codec 11), not Hessian");
      }
      List<Type> types = shape.parameterTypes();
      @Nullable Object[] arguments = new @Nullable Object[types.size()];
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = reader.read(types.get(i));
      }
      return new Request(method, arguments, request.metadata());
    }
  }

  private static void checkClass(String expected, @Nullable String name) throws IOException {
    if (!expected.equals(name)) {
      throw new IOException("content is " + name + " (expected: " + expected + ")");
    }
  }

  @Override
  public @Nullable Object readResponse(BoltFrame frame, MethodDescriptor method)
      throws IOException {
    Type type =
        method.shape() instanceof PayloadShape.Arguments shape ? shape.resultType() : Object.class;
    SofaResponse response = new SofaResponse(type == void.class ? Object.class : type);
    try (HessianReader reader = frame.hessian(filter)) {
      checkClass(SofaResponse.CLASS, reader.readObject(response));
    }
    String error = response.error();
    if (error != null) {
      throw new RpcException(Responses.status(this, error));
    }
    Object value = response.value();
    if (value instanceof RpcException known) {
      throw known;
    }
    if (value instanceof Throwable thrown && !accepts(type, thrown)) {
      throw new RpcException(Status.application(thrown));
    }
    return value;
  }

  private static boolean accepts(Type type, Throwable thrown) {
    return type instanceof Class<?> c && c != Object.class && c.isInstance(thrown);
  }

  @Override
  public @Nullable String readError(BoltFrame frame) throws IOException {
    SofaResponse response = new SofaResponse(null);
    try (HessianReader reader = frame.hessian(ClassFilter.JDK_ONLY)) {
      reader.readObject(response);
    }
    return response.error();
  }

  @Override
  public void writeResponse(OutputStream out, MethodDescriptor method, @Nullable Object result)
      throws IOException {
    write(out, null, result);
  }

  @Override
  public void writeError(OutputStream out, Status status) throws IOException {
    boolean thrown = status.origin() == Status.Origin.APPLICATION && status.cause() != null;
    write(out, thrown ? null : status.message(), thrown ? status.cause() : null);
  }

  private void write(OutputStream out, @Nullable String error, @Nullable Object value)
      throws IOException {
    try (HessianWriter writer = HessianWriter.sofa(out, filter)) {
      SofaResponse.write(writer, error, value);
    }
  }
}
