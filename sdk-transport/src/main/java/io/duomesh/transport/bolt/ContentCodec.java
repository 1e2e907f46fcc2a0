package io.duomesh.transport.bolt;

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

  /** Writes a request. */
  void writeRequest(OutputStream out, MethodDescriptor method, @Nullable Object message)
      throws IOException;

  /** Reads a response of status success; throws what the service threw as an RpcException. */
  @Nullable Object readResponse(BoltFrame frame, MethodDescriptor method) throws IOException;

  /**
   * Reads the text of an error that the peer's framework put into a response of status success;
   * null if this is a result, or an exception of the service that {@link #readResponse} will throw.
   */
  @Nullable String readError(BoltFrame frame) throws IOException;

  /**
   * Reads a request and finds its method.
   *
   * @param methodName name in the head; null if it is in the content alone
   */
  Request readRequest(BoltFrame frame, ServiceDefinition service, @Nullable String methodName)
      throws IOException;

  /** Writes a result. */
  void writeResponse(OutputStream out, MethodDescriptor method, @Nullable Object result)
      throws IOException;

  /** Writes an error: the status's cause itself where the codec can and it is the service's own. */
  void writeError(OutputStream out, Status status) throws IOException;

  /**
   * A request as read.
   *
   * @param method the method it is for
   * @param message its message; {@code Object[]} where the shape is arguments
   */
  record Request(ServerMethod method, @Nullable Object message) {}
}
