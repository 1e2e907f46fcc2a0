package io.duomesh.transport.bolt;

import io.duomesh.Invocation;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.RpcException;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.transport.serialization.ClassFilter;
import io.duomesh.transport.serialization.ClassShape;
import io.duomesh.transport.serialization.HessianReader;
import io.duomesh.transport.serialization.HessianWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Codec 1, SOFARPC's own: a request is a stream of a {@code SofaRequest} and then each argument, a
 * response is a {@code SofaResponse}; their fields are those of SOFARPC 5.13.
 */
final class HessianContent implements ContentCodec {
  private static final ClassShape REQUEST =
      ClassShape.of(
          BoltMethod.REQUEST_CLASS,
          "targetAppName",
          "methodName",
          "targetServiceUniqueName",
          "requestProps",
          "methodArgSigs");
  private static final ClassShape RESPONSE =
      ClassShape.of(Replies.RESPONSE_CLASS, "isError", "errorMsg", "appResponse", "responseProps");
  private static final ClassShape EXCEPTION =
      ClassShape.of(
          Replies.EXCEPTION_CLASS, "detailMessage", "cause", "stackTrace", "suppressedExceptions");
  private static final StackTraceElement[] NO_FRAMES = {};

  private final ClassFilter filter;

  /** A client's codec serves one method; same value whoever makes it. */
  private @Nullable Signature last;

  /** What requests say of their method. Immutable. */
  private static final class Signature {
    final MethodDescriptor method;
    final String service;
    final String[] types;

    Signature(MethodDescriptor method, PayloadShape.Arguments shape) {
      this.method = method;
      this.service = method.service().boltName();
      this.types = shape.parameterTypeNames().toArray(new String[0]);
    }
  }

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
      writer.beginObject(REQUEST);
      writer.write(null);
      Signature said = signature(method, shape);
      writer.write(method.name());
      writer.write(said.service);
      writer.write(RequestProps.properties(invocation.metadata()));
      writer.write(said.types);
      for (Object argument : arguments) {
        writer.write(argument);
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // methods are known by identity
  private Signature signature(MethodDescriptor method, PayloadShape.Arguments shape) {
    Signature known = last;
    if (known == null || known.method != method) {
      known = new Signature(method, shape);
      last = known;
    }
    return known;
  }

  @Override
  public @Nullable Object readResponse(BoltFrame frame, MethodDescriptor method)
      throws IOException {
    Type type =
        method.shape() instanceof PayloadShape.Arguments shape ? shape.resultType() : Object.class;
    ResponseFields response = new ResponseFields(type == void.class ? Object.class : type);
    try (HessianReader reader = HessianReader.sofa(frame.content(), filter)) {
      String name = reader.readObject(response);
      if (!Replies.RESPONSE_CLASS.equals(name)) {
        throw new IOException("content is " + name + " (expected: " + Replies.RESPONSE_CLASS + ")");
      }
    }
    String error = response.error();
    if (error != null) {
      throw new RpcException(Responses.status(this, error));
    }
    if (response.value instanceof RpcException known) {
      throw known;
    }
    if (response.value instanceof Throwable thrown && !accepts(type, thrown)) {
      throw new RpcException(Status.application(thrown));
    }
    return response.value;
  }

  private static boolean accepts(Type type, Throwable thrown) {
    return type instanceof Class<?> c && c != Object.class && c.isInstance(thrown);
  }

  @Override
  public @Nullable String readError(BoltFrame frame) throws IOException {
    ResponseFields response = new ResponseFields(null);
    try (HessianReader reader = HessianReader.sofa(frame.content(), ClassFilter.JDK_ONLY)) {
      reader.readObject(response);
    }
    return response.error();
  }

  /** The message of the exception that is the content of a response other than success. */
  static @Nullable String exceptionText(BoltFrame frame) {
    if (frame.classLength() == 0) { // MOSN's direct response: the text itself
      return new String(frame.contentBytes(), StandardCharsets.UTF_8);
    }
    @Nullable String[] text = {null};
    try (HessianReader reader = HessianReader.sofa(frame.content(), ClassFilter.JDK_ONLY)) {
      reader.readObject(
          (field, in) -> {
            if (field.equals("detailMessage")) {
              text[0] = (String) in.read(String.class);
            }
          });
    } catch (IOException | RuntimeException unreadable) {
      return text[0]; // the status says enough
    }
    return text[0];
  }

  @Override
  public Request readRequest(BoltFrame frame, ServiceDefinition service, RequestHead head)
      throws IOException {
    try (HessianReader reader = HessianReader.sofa(frame.content(), filter)) {
      RequestFields request = new RequestFields(head.metadata().isEmpty());
      String name = reader.readObject(request);
      if (!BoltMethod.REQUEST_CLASS.equals(name)) {
        throw new IOException(
            "content is " + name + " (expected: " + BoltMethod.REQUEST_CLASS + ")");
      }
      ServerMethod method = find(service, head.method(), request);
      if (!(method.descriptor().shape() instanceof PayloadShape.Arguments shape)) {
        throw new IOException(
            method.descriptor() + " takes protobuf messages (codec 11), not Hessian");
      }
      List<Type> types = shape.parameterTypes();
      @Nullable Object[] arguments = new @Nullable Object[types.size()];
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = reader.read(types.get(i));
        if (arguments[i] instanceof Throwable thrown && !accepts(types.get(i), thrown)) {
          throw new IOException("argument " + i + " is an exception: " + thrown);
        }
      }
      return new Request(method, arguments, RequestProps.metadata(request.props));
    }
  }

  private static ServerMethod find(
      ServiceDefinition service, @Nullable String inHead, RequestFields request)
      throws IOException {
    String name = request.method == null ? inHead : request.method;
    if (name == null) {
      throw new IOException("no method name in head or content");
    }
    if (inHead != null && !inHead.equals(name)) {
      // routes and permissions were decided by the head
      throw new IOException("method " + name + " in the content, " + inHead + " in the head");
    }
    ServerMethod exact = exact(service.methods(), name, request.types);
    if (exact != null) {
      return exact;
    }
    List<String> types = request.types == null ? null : Arrays.asList(request.types);
    ServerMethod found = service.method(name, types);
    if (found == null) {
      throw new RpcException(
          Status.remote(
              Code.UNIMPLEMENTED,
              Replies.noMethod(
                  service.name().boltName(), name + (types == null ? "" : types.toString()))));
    }
    return found;
  }

  /** The method of these very types, found without making anything: nearly every call's way. */
  private static @Nullable ServerMethod exact(
      List<ServerMethod> methods, String name, @Nullable String @Nullable [] types) {
    for (int i = 0; i < methods.size() && types != null; i++) {
      MethodDescriptor candidate = methods.get(i).descriptor();
      if (candidate.name().equals(name)
          && candidate.shape() instanceof PayloadShape.Arguments arguments
          && equal(arguments.parameterTypeNames(), types)) {
        return methods.get(i);
      }
    }
    return null;
  }

  private static boolean equal(List<String> expected, @Nullable String[] types) {
    boolean equal = expected.size() == types.length;
    for (int i = 0; equal && i < types.length; i++) {
      equal = expected.get(i).equals(types[i]);
    }
    return equal;
  }

  @Override
  public void writeResponse(OutputStream out, MethodDescriptor method, @Nullable Object result)
      throws IOException {
    writeFields(out, null, result);
  }

  @Override
  public void writeError(OutputStream out, Status status) throws IOException {
    boolean thrown = status.origin() == Status.Origin.APPLICATION && status.cause() != null;
    writeFields(out, thrown ? null : status.message(), thrown ? status.cause() : null);
  }

  private void writeFields(OutputStream out, @Nullable String error, @Nullable Object value)
      throws IOException {
    try (HessianWriter writer = HessianWriter.sofa(out, filter)) {
      writer.beginObject(RESPONSE);
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

  /** Writes the exception that a response other than success carries. */
  static void writeException(OutputStream out, String message) throws IOException {
    try (HessianWriter writer = HessianWriter.sofa(out, ClassFilter.JDK_ONLY)) {
      writer.beginObject(EXCEPTION);
      writer.write(message);
      writer.write(null);
      writer.write(NO_FRAMES);
      writer.write(null);
    }
  }

  /** Collects a response's fields; without a type, its value is left out. */
  private static final class ResponseFields implements HessianReader.FieldReader {
    private final @Nullable Type type;
    private boolean isError;
    private @Nullable String text;
    private @Nullable Object value;

    ResponseFields(@Nullable Type type) {
      this.type = type;
    }

    @Override
    public void read(String field, HessianReader in) throws IOException {
      switch (field) {
        case "isError" -> isError = Boolean.TRUE.equals(in.read(Boolean.class));
        case "errorMsg" -> text = (String) in.read(String.class);
        case "appResponse" -> {
          if (type != null) {
            value = in.read(type);
          }
        }
        default -> {}
      }
    }

    @Nullable String error() {
      boolean hasText = text != null && !text.isEmpty();
      return isError || hasText ? String.valueOf(text) : null;
    }
  }

  /** Collects what counts of a request; its properties came as headers, but for old peers. */
  private static final class RequestFields implements HessianReader.FieldReader {
    private final boolean wantsProps;
    private @Nullable Object props;
    private @Nullable String method;
    private @Nullable String @Nullable [] types;

    RequestFields(boolean wantsProps) {
      this.wantsProps = wantsProps;
    }

    @Override
    public void read(String field, HessianReader in) throws IOException {
      if (wantsProps && field.equals("requestProps")) {
        props = in.valueOrMap();
      } else if (field.equals("methodName")) {
        method = (String) in.read(String.class);
      } else if (field.equals("methodArgSigs")) {
        types = (String[]) in.read(String[].class);
      }
    }
  }
}
