package io.duomesh.runtime.server;

import io.duomesh.Deadline;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.ServerCall;
import io.duomesh.ServerHandler;
import io.duomesh.ServiceDefinition;
import io.duomesh.Status;
import io.duomesh.transport.ServerStream;
import java.net.SocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A call before it is let in: its head can be read and it can be refused, nothing else. */
final class GateCall implements ServerCall {
  /** What stands behind a gate: nothing yet. */
  static final ServerHandler PASS = call -> message -> {};

  private final ServerStream stream;
  private final ServiceDefinition service;
  private @Nullable Status refusal;
  private Metadata headers = Metadata.EMPTY;

  GateCall(ServerStream stream, ServiceDefinition service) {
    this.stream = stream;
    this.service = service;
  }

  boolean isRefused() {
    return refusal != null;
  }

  InboundGate.@Nullable Verdict verdict() {
    return refusal == null && headers.isEmpty() ? null : new InboundGate.Verdict(refusal, headers);
  }

  @Override
  public MethodDescriptor method() {
    String name = Objects.requireNonNullElse(stream.methodName(), "");
    ServiceDefinition.ServerMethod known = service.method(name, null);
    return known != null
        ? known.descriptor()
        : MethodDescriptor.of(
            service.name(), name, MethodDescriptor.Type.UNARY, new PayloadShape.Bytes());
  }

  @Override
  public Metadata metadata() {
    return stream.metadata();
  }

  @Override
  public Deadline deadline() {
    return stream.deadline();
  }

  @Override
  public @Nullable SocketAddress peer() {
    return stream.peer();
  }

  @Override
  public String protocol() {
    return stream.protocol();
  }

  @Override
  public void request(int messages) {}

  @Override
  public void sendHeaders(Metadata added) {
    headers = headers.plus(added);
  }

  @Override
  public void send(@Nullable Object message) {}

  @Override
  public void close(Status status, Metadata trailers) {
    if (refusal == null) { // the first word counts, as with any call
      refusal = status;
      headers = headers.plus(trailers);
    }
  }

  @Override
  public boolean isCancelled() {
    return stream.isCancelled();
  }

  @Override
  public boolean isReady() {
    return true;
  }
}
