package io.duomesh.transport.bolt;

import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.Status;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * How requests and responses of SOFARPC look inside a frame's content, by the frame's codec. What
 * is read from the peer's bytes fails with an {@code IOException} that says what was met, or with
 * an {@code RpcException} whose status says who is at fault. Safe for use by many threads.
 */
interface ContentCodec {
  /** The codec's number in frames. */
  int id();

  /** What stands around the content of a method's requests. */
  default RequestForm form(MethodDescriptor method, String application) {
    return new SofaRequestForm(method, id(), application);
  }

  /** Writes a request. */
  void writeRequest(OutputStream out, Invocation invocation, @Nullable Object message)
      throws IOException;

  /** Reads a response of status success; throws what the service threw as an RpcException. */
  @Nullable Object readResponse(BoltFrame frame, MethodDescriptor method) throws IOException;

  /**
   * Reads the text of an error that the peer's framework put into a response of status success;
   * null if this is a result, or an exception of the service that {@link #readResponse} will throw.
   */
  @Nullable String readError(BoltFrame frame) throws IOException;

  /** Whether a response of status success may be an error, which its header map says. */
  default boolean readsErrors() {
    return true;
  }

  /** What is kept of a response of another status than success; null for its text alone. */
  default @Nullable Throwable failure(BoltFrame frame) {
    return null;
  }

  /**
   * Reads a request and finds its method.
   *
   * @param head the request's head, which may not name the method
   */
  Request readRequest(BoltFrame frame, ServiceDefinition service, RequestHead head)
      throws IOException;

  /** The class name that a result's frame carries. */
  default byte[] responseClass(@Nullable Object result) {
    return Replies.RESPONSE_NAME;
  }

  /** Writes a result. */
  void writeResponse(OutputStream out, MethodDescriptor method, @Nullable Object result)
      throws IOException;

  /** The status of a response that tells an error; success where it stands in the content. */
  default int status(Status status) {
    return BoltStatus.of(status);
  }

  /** Writes an error: the status's cause itself where the codec can and it is the service's own. */
  void writeError(OutputStream out, Status status) throws IOException;

  /**
   * A request as read.
   *
   * @param method the method it is for
   * @param message its message; {@code Object[]} where the shape is arguments
   * @param metadata what the content says that the head did not
   */
  record Request(ServerMethod method, @Nullable Object message, Metadata metadata) {
    /** A request whose head says everything. */
    Request(ServerMethod method, @Nullable Object message) {
      this(method, message, Metadata.EMPTY);
    }
  }
}
