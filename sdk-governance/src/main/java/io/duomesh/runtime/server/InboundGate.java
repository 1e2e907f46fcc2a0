package io.duomesh.runtime.server;

import io.duomesh.ServiceDefinition;
import io.duomesh.Status;
import io.duomesh.transport.ServerStream;
import org.jspecify.annotations.Nullable;

/** The inbound policy, compiled: asked on the connection's thread, before a body is looked at. */
@FunctionalInterface
public interface InboundGate {
  /** Lets every call pass. */
  InboundGate OPEN = (stream, service) -> null;

  /** Why the call is refused, or null. */
  @Nullable Status admit(ServerStream stream, ServiceDefinition service);
}
