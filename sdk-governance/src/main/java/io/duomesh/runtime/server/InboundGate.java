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

  /** What is said of a call; null where it passes and nothing is added to its answer. */
  @Nullable Verdict admit(ServerStream stream, ServiceDefinition service);

  /**
   * What is said of a call.
   *
   * @param refusal why it is refused; null where it passes
   * @param headers added to its answer, such as when to come again
   */
  record Verdict(@Nullable Status refusal, Metadata headers) {}
}
