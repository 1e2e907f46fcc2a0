package io.duomesh.transport.bolt;

import io.duomesh.MethodDescriptor;
import io.duomesh.transport.BoltOptions;
import io.duomesh.transport.Outcome;
import io.duomesh.transport.netty.WriteQueue;
import io.netty.channel.Channel;

/** The end of a connection that a {@link BoltClientStream} belongs to. */
interface BoltCaller {
  /** A method as it is sent. Any thread. */
  BoltMethod method(MethodDescriptor descriptor);

  /** The connection's writes. */
  WriteQueue queue();

  /** What requests look like. */
  BoltOptions.Frames frames();

  /** Whether a request that is sent now must wait for room. Any thread. */
  boolean mustWait();

  /** Takes a call that must wait. Any thread. */
  void await(BoltClientStream call);

  /** Ends a call on the loop. Any thread. */
  void endLater(BoltClientStream call, Outcome outcome);

  /** Ends a call as cancelled. Any thread. */
  void cancel(BoltClientStream call, String why);

  /** What a call ends with that the connection does not take. */
  Outcome gone(BoltClientStream call);

  /** Writes a call's request. On the loop. */
  void write(Channel to, BoltClientStream call);

  /** Ends a call whose time is up. On the loop. */
  void expire(BoltClientStream call);

  /** A call has ended. */
  void onEnded(BoltClientStream call);
}
