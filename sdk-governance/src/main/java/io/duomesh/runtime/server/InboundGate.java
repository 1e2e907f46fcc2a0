package io.duomesh.runtime.server;

import io.duomesh.Metadata;
import io.duomesh.ServiceDefinition;
import io.duomesh.Status;
import io.duomesh.transport.ServerStream;
import org.jspecify.annotations.Nullable;

/** The inbound policy, compiled: asked on the connection's thread, before a body is looked at. */
@FunctionalInterface
public interface InboundGate {
  /** Lets every call pass. */
  InboundGate OPEN = (stream, service) -> null;

  /** What the caller of a call that is refused is told, or null. */
  @Nullable Refusal admit(ServerStream stream, ServiceDefinition service);

  /**
   * What a caller is told.
   *
   * @param status why
   * @param headers what the configuration adds to the answer, such as when to come again
   */
  record Refusal(Status status, Metadata headers) {}
}
