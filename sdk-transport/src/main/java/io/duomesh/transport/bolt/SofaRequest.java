package io.duomesh.transport.bolt;

import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.RpcException;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.transport.serialization.ClassShape;
import io.duomesh.transport.serialization.HessianReader;
import io.duomesh.transport.serialization.HessianWriter;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request in Hessian, but for its arguments, which follow it: a {@code SofaRequest} with the
 * fields of SOFARPC 5.13. Confined to the thread that reads it.
 */
final class SofaRequest implements HessianReader.FieldReader {
  private static final ClassShape SHAPE =
      ClassShape.of(
          BoltMethod.REQUEST_CLASS,
          "targetAppName",
          "methodName",
          "targetServiceUniqueName",
          "requestProps",
          "methodArgSigs");

  private final boolean wantsProps;
  private @Nullable Object props;
  private @Nullable String method;
  private @Nullable String @Nullable [] types;

  /**
   * A request to be read.
   *
   * @param wantsProps whether its properties count, which but for old peers came as headers
   */
  SofaRequest(boolean wantsProps) {
    this.wantsProps = wantsProps;
  }

  @Override
  public void read(String field, HessianReader in) throws IOException {
    if (wantsProps && field.equals("requestProps")) {
      props = in.readOrMap();
    } else if (field.equals("methodName")) {
      method = (String) in.readNames(String.class);
    } else if (field.equals("methodArgSigs")) {
      types = (String[]) in.readNames(String[].class);
    }
  }

  /** The user's properties. */
  Metadata metadata() throws IOException {
    return RequestProps.metadata(props);
  }

  /**
   * The method that it is for.
   *
   * @param inHead the method's name in the head, if it is there
   */
  ServerMethod find(ServiceDefinition service, @Nullable String inHead) throws IOException {
    String name = method == null ? inHead : method;
    if (name == null) {
      throw new IOException("no method name in head or content");
    }
    if (inHead != null && !inHead.equals(name)) {
      // routes and permissions were decided by the head
      throw new IOException("method " + name + " in the content, " + inHead + " in the head");
    }
    ServerMethod exact = exact(service.methods(), name);
    if (exact != null) {
      return exact;
    }
    List<String> said = types == null ? null : Arrays.asList(types);
    ServerMethod found = service.method(name, said);
    if (found == null) {
      throw new RpcException(
          Status.remote(
              Code.UNIMPLEMENTED,
              Replies.noMethod(
                  service.name().boltName(), name + (said == null ? "" : said.toString()))));
    }
    return found;
  }

  /** The method of these very types, found without making anything: nearly every call's way. */
  private @Nullable ServerMethod exact(List<ServerMethod> methods, String name) {
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

  /** What requests say of their method. Immutable. */
  static final class Signature {
    final MethodDescriptor method;
    private final String service;
    private final String[] types;

    Signature(MethodDescriptor method, PayloadShape.Arguments shape) {
      this.method = method;
      this.service = method.service().boltName();
      this.types = shape.parameterTypeNames().toArray(new String[0]);
    }

    /** Writes a request; the arguments are the caller's to write. */
    void write(HessianWriter writer, Metadata metadata) throws IOException {
      writer.beginObject(SHAPE);
      writer.write(null);
      writer.write(method.name());
      writer.write(service);
      writer.write(RequestProps.properties(metadata));
      writer.write(types);
    }
  }
}
