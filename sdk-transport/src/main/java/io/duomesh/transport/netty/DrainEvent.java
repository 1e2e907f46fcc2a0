package io.duomesh.transport.netty;

/**
 * User events for a server connection's handlers. A connection that stays is closed by the server
 * when its time is up.
 */
public enum DrainEvent {
  /** Take no new calls where the protocol can say so, end those in flight, then close. */
  START,

  /** Half of the time is over. */
  HALF_TIME
}
