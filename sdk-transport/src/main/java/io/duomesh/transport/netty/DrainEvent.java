package io.duomesh.transport.netty;

/**
 * User event for a server connection's handlers: take no new calls where the protocol can say so,
 * end those in flight, then close. A connection that stays is closed by the server when its time is
 * up.
 */
public enum DrainEvent {
  /** The event. */
  INSTANCE
}
