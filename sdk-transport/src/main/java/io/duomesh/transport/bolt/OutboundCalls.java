package io.duomesh.transport.bolt;

import io.duomesh.Invocation;
import io.duomesh.MethodDescriptor;
import io.duomesh.Status;
import io.duomesh.transport.BoltOptions;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.Outcome;
import io.duomesh.transport.netty.DeadlineWheel;
import io.duomesh.transport.netty.WriteQueue;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The calls that one end of a connection makes, whichever end opened it. Begun on any thread;
 * numbered, written, kept until their response and ended on the event loop. To a service it is the
 * way back to its caller, whose connection it leaves alone.
 */
final class OutboundCalls implements ClientTransport {
  private final BoltConnection connection;
  private final Channel channel;
  private final WriteQueue queue;
  private final String peer;
  private final BoltMethods methods;
  private final @Nullable String serialization;
  private final BoltOptions options;
  private final AtomicInteger active = new AtomicInteger();

  private String reason = ""; // why it takes none, said before
  private volatile boolean taking = true;
  private volatile boolean stands;

  // the loop's
  private final WaitingCalls waiting;
  private final PendingCalls pending = new PendingCalls();
  private final RequestWrites writes;
  private @Nullable DeadlineWheel wheel;
  private boolean closed;
  private boolean turnsAway; // the peer asked for it
  private int lastId;

  /**
   * No calls yet; those that come wait for {@link #start}.
   *
   * @param peer its address, for messages
   * @param serialization the serializer's name; null for the default of a method's shape
   */
  OutboundCalls(
      BoltConnection connection,
      Channel channel,
      String peer,
      BoltMethods methods,
      @Nullable String serialization) {
    this.connection = connection;
    this.channel = channel;
    this.queue = connection.queue();
    this.waiting = new WaitingCalls(channel, queue);
    this.writes = new RequestWrites(channel);
    this.peer = peer;
    this.methods = methods;
    this.serialization = serialization;
    this.options = connection.options.bolt();
  }

  // ---- any thread

  @Override
  public ClientStream newStream(Invocation invocation, ClientStream.Listener listener) {
    active.incrementAndGet();
    BoltClientStream call = new BoltClientStream(this, invocation, listener);
    if (!taking) {
      call.refuse();
      endLater(call, gone(call));
    } else if (!options.waitForWriteBuffer() && queue.isFull()) {
      call.refuse();
      endLater(call, overflow());
    }
    return call;
  }

  @Override
  public int activeStreams() {
    return active.get();
  }

  @Override
  public boolean acceptsStreams() {
    return taking;
  }

  @Override
  public boolean isReady() {
    return stands && taking;
  }

  @Override
  public @Nullable SocketAddress peer() {
    return channel.remoteAddress();
  }

  @Override
  public void drain() {
    onLoop(
        () -> {
          refuse("no more calls are made to " + peer);
          endWaiting();
        });
  }

  @Override
  public void close() {
    onLoop(() -> endAll("calls to " + peer + " were given up"));
  }

  WriteQueue queue() {
    return queue;
  }

  BoltOptions.Frames frames() {
    return options.frames();
  }

  /**
   * A method as it is sent.
   *
   * @throws IllegalArgumentException if it cannot be sent
   */
  BoltMethod method(MethodDescriptor descriptor) {
    return methods.get(descriptor, serialization);
  }

  /** Whether a request that is sent now must wait for room, or for those that wait before it. */
  boolean mustWait() {
    return waiting.isHolding() || (options.waitForWriteBuffer() && queue.isFull());
  }

  /** Takes a call that must wait. */
  void await(BoltClientStream call) {
    onLoop(
        () -> {
          if (call.hasEnded()) {
            return;
          }
          if (!taking) {
            call.end(gone(call));
          } else if (waiting.add(call)) {
            call.expireIn(wheel());
            sendWaiting();
          } else {
            call.end(overflow());
          }
        });
  }

  void endLater(BoltClientStream call, Outcome outcome) {
    onLoop(() -> call.end(outcome));
  }

  void cancel(BoltClientStream call, String why) {
    onLoop(
        () -> {
          if (!call.hasEnded()) {
            pending.remove(call.id());
            call.end(CallFailures.cancelled(call, why));
          }
        });
  }

  /** What a call ends with that is not taken, or whose connection is gone. */
  Outcome gone(BoltClientStream call) {
    String why = reason.isEmpty() ? "connection to " + peer + " takes no calls" : reason;
    boolean unprocessed = call.isUnsent() || !writes.mayHaveLeft(call.id());
    return CallFailures.gone(why, stands, unprocessed);
  }

  private Outcome overflow() {
    return CallFailures.overflow(peer, 4L * connection.options.writeBufferBytes());
  }

  private void onLoop(Runnable task) {
    BoltConnection.onLoop(channel, task);
  }

  /** A call has ended. The loop, but for calls that the loop's end rejected. */
  void onEnded(BoltClientStream call) {
    if (wheel != null) {
      call.forget(wheel);
    }
    if (active.decrementAndGet() == 0 && !taking) {
      connection.onLastCallEnded();
    }
  }

  // ---- the loop

  /** The connection stands: calls that wait are sent. */
  void start() {
    stands = true;
    sendWaiting();
  }

  /** Sends calls that wait, as far as there is room. */
  void sendWaiting() {
    if (stands) {
      waiting.send();
    }
  }

  /** Writes a call's request, without a flush. */
  void write(BoltClientStream call) {
    if (call.hasEnded()) {
      call.free(); // cancelled or refused while it was being encoded
    } else if (closed || turnsAway || !channel.isActive()) {
      call.end(gone(call));
    } else if (call.deadline().isExpired()) {
      call.end(CallFailures.expired(call, peer));
    } else {
      lastId = RequestWrites.next(lastId);
      ByteBuf request = connection.complete(call.takeFrame(lastId));
      BoltFrame.sealRequest(request, frames());
      boolean oneWay = call.method().isOneWay();
      if (!oneWay) {
        pending.add(call);
        call.expireIn(wheel());
      }
      channel.write(request, writes);
      if (oneWay) {
        call.end(Outcome.of(Status.OK));
      }
    }
  }

  DeadlineWheel wheel() {
    DeadlineWheel known = wheel;
    if (known == null) {
      known = DeadlineWheel.of(channel.eventLoop());
      wheel = known;
    }
    return known;
  }

  /** A response has come; owns its frame. */
  void onResponse(BoltFrame frame) {
    BoltClientStream call = pending.remove(frame.id());
    if (call == null) {
      frame.release();
      unawaited(frame.id());
      return;
    }
    if (!BoltStatus.isKnown(frame.timeoutOrStatus())) {
      connection.counters.report(
          BadInput.UNKNOWN_STATUS,
          channel,
          "response with status " + frame.timeoutOrStatus() + ": its call fails");
    }
    Responses.deliver(call, frame);
  }

  private void unawaited(int id) {
    if (lastId - id >= 0) {
      connection.counters.add(BadInput.LATE_REPLY); // its call has ended, by its deadline mostly
    } else {
      connection.counters.report(
          BadInput.UNKNOWN_REPLY,
          channel,
          "dropping a response to " + id + ", which was not asked");
    }
  }

  /** A response is too large; it has no body. */
  void onOversized(BoltFrame frame, String excess) {
    BoltClientStream call = pending.remove(frame.id());
    if (call != null) {
      Responses.refuseOversized(call, excess);
    }
  }

  /** Ends a call whose time is up. */
  void expire(BoltClientStream call) {
    pending.remove(call.id());
    connection.onCallExpired();
    call.end(CallFailures.expired(call, peer));
  }

  /** Takes no more calls. */
  void refuse(String why) {
    reason = why;
    taking = false;
  }

  /** The peer wants no more requests: those that were not written yet go elsewhere. */
  void turnAway(String why) {
    refuse(why);
    turnsAway = true;
  }

  /** Ends calls that were refused while they waited. */
  void endWaiting() {
    waiting.forEach(call -> call.end(gone(call)));
  }

  /** Ends every call and takes no more. */
  void endAll(String why) {
    refuse(why);
    closed = true;
    pending.forEach(
        call -> {
          pending.remove(call.id());
          call.end(gone(call));
        });
    endWaiting();
  }
}
