package io.duomesh.transport.bolt;

import io.duomesh.Metadata;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.ServerTransport;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.netty.DeadlineWheel;
import io.duomesh.transport.netty.WriteQueue;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.Arrays;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls that the peer of a connection makes, whichever end opened it. Kept on the event loop;
 * made with the first call, since most connections of a large pool have none for a long time.
 */
final class InboundCalls {
  private static final Logger LOG = LoggerFactory.getLogger(InboundCalls.class);

  /** Services are defined once; whoever defines them per call must not fill the memory. */
  private static final int MOST_SERVICES = 1024;

  private final BoltConnection connection;
  private final TransportOptions options;
  private final ServerTransport.Listener listener;
  private final ClientTransport back;
  private final Runnable onIdle;
  private final RequestHead.Cache heads = new RequestHead.Cache();
  private @Nullable IdentityHashMap<ServiceDefinition, ContentCodec> codecs;
  private @Nullable DeadlineWheel wheel; // with the first call
  private @Nullable BoltServerStream[] streams = new BoltServerStream[4];
  private int open; // the first of them, in any order
  private int estimate = 256; // a hint that threads may overwrite for each other

  /**
   * No calls yet.
   *
   * @param listener who serves them
   * @param back calls the other way
   * @param onIdle told when the last open call has ended
   */
  InboundCalls(
      BoltConnection connection,
      ServerTransport.Listener listener,
      ClientTransport back,
      Runnable onIdle) {
    this.connection = connection;
    this.options = connection.options;
    this.listener = listener;
    this.back = back;
    this.onIdle = onIdle;
  }

  /** Calls that have not ended. */
  int open() {
    return open;
  }

  /** What a request's head says; null if it was refused. */
  @Nullable RequestHead head(Channel channel, BoltFrame frame) {
    try {
      return heads.get(frame);
    } catch (HeaderMap.MalformedException e) {
      frame.release();
      counters().report(BadInput.HEADER_MAP, channel, "refusing a request: " + e.getMessage());
      refuse(channel, frame, Status.remote(Code.INVALID_ARGUMENT, e.toString()));
      return null;
    }
  }

  /** Serves a request. */
  void serve(Channel channel, BoltFrame frame, RequestHead head) {
    if (open >= options.maxConcurrentStreams()) {
      frame.release();
      refuse(channel, frame, busy());
      return;
    }
    BoltServerStream stream = new BoltServerStream(this, channel, frame, head);
    keep(stream);
    try {
      listener.onStream(stream);
    } catch (RuntimeException e) {
      LOG.error("call of {} failed before its service was found", head.serviceText(), e);
      stream.close(Status.remote(Code.INTERNAL, e.toString()), Metadata.EMPTY);
    }
    stream.expireIn(wheel(channel));
    stream.deliver();
  }

  private DeadlineWheel wheel(Channel channel) {
    DeadlineWheel known = wheel;
    if (known == null) {
      known = DeadlineWheel.of(channel.eventLoop());
      wheel = known;
    }
    return known;
  }

  private Status busy() {
    return Status.remote(
            Code.RESOURCE_EXHAUSTED,
            "more than " + options.maxConcurrentStreams() + " calls open on one connection")
        .withUnprocessed(true);
  }

  static void refuse(Channel channel, BoltFrame frame, Status status) {
    if (frame.type() == BoltFrame.REQUEST) {
      channel.writeAndFlush(Replies.error(frame, status), channel.voidPromise());
    }
  }

  /** Refuses a request that is too large. */
  static void refuseOversized(Channel channel, BoltFrame frame, String excess) {
    if (frame.type() == BoltFrame.REQUEST) {
      Status status = Status.remote(Code.RESOURCE_EXHAUSTED, "request with " + excess);
      ByteBuf reply =
          Replies.exception(frame, BoltStatus.SERVER_DESERIAL_EXCEPTION, status, Metadata.EMPTY);
      channel.writeAndFlush(reply, channel.voidPromise());
    }
  }

  /** The connection's writes. */
  WriteQueue queue() {
    return connection.queue();
  }

  BoltCounters counters() {
    return connection.counters;
  }

  /** Calls to who made these. */
  ClientTransport back() {
    return back;
  }

  /** Hessian for the calls of a service. On the loop. */
  ContentCodec hessian(ServiceDefinition service) {
    IdentityHashMap<ServiceDefinition, ContentCodec> known = codecs;
    if (known == null || known.size() > MOST_SERVICES) {
      known = new IdentityHashMap<>(4);
      codecs = known;
    }
    return known.computeIfAbsent(service, s -> Contents.hessian(s, options));
  }

  /** Encodes a result. Any thread. */
  ByteBuf result(
      BoltFrame frame,
      ContentCodec codec,
      ServerMethod method,
      @Nullable Object message,
      Metadata user) {
    int expected = estimate;
    ByteBuf out =
        Replies.result(frame, codec, method, message, user, expected, options.maxMessageBytes());
    estimate = Math.max(out.readableBytes(), expected - (expected >> 3));
    return out;
  }

  /** Writes a call's answer, if it has one, and forgets the call. On the loop. */
  void finish(Channel channel, BoltServerStream stream, @Nullable ByteBuf reply) {
    if (reply != null) {
      channel.write(reply, channel.voidPromise());
    }
    stream.forget(wheel(channel));
    forget(stream);
    if (open == 0) {
      onIdle.run();
    }
  }

  /** The connection is gone. */
  void cancelAll() {
    for (BoltServerStream stream : Arrays.copyOf(streams, open)) {
      if (stream != null) {
        stream.cancelled();
      }
    }
  }

  private void keep(BoltServerStream stream) {
    if (open == streams.length) {
      streams = Arrays.copyOf(streams, 2 * open);
    }
    stream.setPlace(open);
    streams[open++] = stream;
  }

  private void forget(BoltServerStream stream) {
    BoltServerStream last = streams[--open];
    if (last != null) { // it takes the free place, which may be its own
      last.setPlace(stream.place());
      streams[stream.place()] = last;
    }
    streams[open] = null;
  }
}
