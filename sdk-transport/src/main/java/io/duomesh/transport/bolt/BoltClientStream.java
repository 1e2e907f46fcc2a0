package io.duomesh.transport.bolt;

import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.RpcException;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.Outcome;
import io.duomesh.transport.Payload;
import io.duomesh.transport.netty.DeadlineWheel;
import io.duomesh.transport.netty.WriteQueue;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call on a Bolt connection, its own command in the connection's write queue, and the payload
 * of its response. Encoded by the thread that sends; from then on owned by the connection's event
 * loop, which ends it.
 */
final class BoltClientStream extends WriteQueue.Command
    implements ClientStream, Payload, DeadlineWheel.Expiring {
  private static final Logger LOG = LoggerFactory.getLogger(BoltClientStream.class);
  private static final VarHandle LISTENER;

  /** In the place of a message: none will be sent. */
  private static final Object NOTHING = new Object();

  static {
    try {
      LISTENER =
          MethodHandles.lookup().findVarHandle(BoltClientStream.class, "listener", Listener.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final OutboundCalls calls;
  private final Invocation invocation;
  private @Nullable Listener listener; // until the end; over LISTENER once others see it
  private @Nullable BoltMethod method;
  private @Nullable ByteBuf frame; // until it is written
  private @Nullable BoltFrame response; // until it is read
  private @Nullable Object waiting; // a message that is not encoded yet
  private int id;
  private int timeout = DeadlineWheel.NONE; // the loop's

  BoltClientStream(OutboundCalls calls, Invocation invocation, Listener listener) {
    this.calls = calls;
    this.invocation = invocation;
    this.listener = listener;
  }

  /** Encodes nothing, since it is about to end. Called by who makes it. */
  void refuse() {
    waiting = NOTHING;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // a marker is known by identity
  public void send(Object message) {
    if (waiting == NOTHING || method != null || hasEnded()) {
      return;
    }
    if (calls.mustWait()) {
      waiting = message;
      calls.await(this);
    } else if (encode(message)) {
      calls.queue().add(this);
    }
  }

  private boolean encode(@Nullable Object message) {
    try {
      BoltMethod bound = calls.method(invocation.method());
      method = bound;
      frame = bound.encode(invocation, message);
      return true;
    } catch (RpcException e) {
      calls.endLater(this, Outcome.of(e.status()));
    } catch (IllegalArgumentException e) {
      calls.endLater(
          this, Outcome.of(Status.local(Code.UNIMPLEMENTED, String.valueOf(e.getMessage()))));
    }
    return false;
  }

  /** Sends what had to wait. On the loop. */
  void resume() {
    forget(calls.wheel());
    Object message = waiting;
    waiting = null;
    if (encode(message)) {
      calls.write(this);
    }
  }

  @Override
  public void halfClose() {}

  @Override
  public void request(int messages) {}

  @Override
  public void cancel(@Nullable String reason) {
    if (!hasEnded()) {
      calls.cancel(this, reason == null ? "cancelled by the caller" : reason);
    }
  }

  @Override
  public boolean isReady() {
    return !hasEnded() && calls.queue().isReady();
  }

  @Override
  protected int bytes() {
    ByteBuf waiting = frame;
    return waiting == null ? 0 : waiting.readableBytes();
  }

  @Override
  protected void run(Channel channel) {
    calls.write(this);
  }

  @Override
  protected void reject() {
    end(calls.gone(this));
    free();
  }

  Invocation invocation() {
    return invocation;
  }

  BoltMethod method() {
    BoltMethod bound = method;
    if (bound == null) {
      throw new IllegalStateException("nothing was sent");
    }
    return bound;
  }

  Deadline deadline() {
    return invocation.deadline();
  }

  int id() {
    return id;
  }

  boolean hasEnded() {
    return LISTENER.getVolatile(this) == null;
  }

  /** Whether the request has not been handed to the channel. */
  boolean isUnsent() {
    return frame != null || method == null;
  }

  /** Ends the call at its deadline, unless it ends before. On the loop. */
  void expireIn(DeadlineWheel wheel) {
    Deadline deadline = deadline();
    if (!deadline.isNone()) {
      timeout = wheel.add(deadline.nanoTime(), this);
    }
  }

  @Override
  public void expire() {
    timeout = DeadlineWheel.NONE;
    calls.expire(this);
  }

  /** Takes its deadline off the wheel. */
  void forget(DeadlineWheel wheel) {
    wheel.cancel(timeout);
    timeout = DeadlineWheel.NONE;
  }

  /** Numbers the request and takes it out, to be written. */
  ByteBuf takeFrame(int newId) {
    ByteBuf taken = frame;
    if (taken == null) {
      throw new IllegalStateException("not encoded");
    }
    frame = null;
    assign(newId);
    BoltFrame.setRequestId(taken, calls.frames(), newId);
    return taken;
  }

  void assign(int newId) {
    id = newId;
  }

  /** Frees the request if it was not taken. */
  void free() {
    ByteBuf unsent = frame;
    frame = null;
    if (unsent != null) {
      unsent.release();
    }
  }

  /** Hands a response to the listener, who reads or frees it, and ends the call. */
  void deliver(BoltFrame frame, Outcome outcome) {
    Listener receiver = listener;
    if (receiver == null) {
      frame.release();
      return;
    }
    response = frame;
    try {
      receiver.onMessage(this);
    } catch (RuntimeException e) { // the response is the listener's by now
      LOG.error("listener of {} failed", invocation, e);
    }
    end(outcome);
  }

  @Override
  public @Nullable Object read() {
    BoltFrame received = take();
    try {
      return Responses.read(received, method());
    } finally {
      received.release();
    }
  }

  @Override
  public void discard() {
    take().release();
  }

  private BoltFrame take() {
    BoltFrame received = response;
    if (received == null) {
      throw new IllegalStateException("read or discarded before");
    }
    response = null;
    return received;
  }

  /** Ends the call, once; later ends do nothing. */
  void end(Outcome outcome) {
    Listener told = (Listener) LISTENER.getAndSet(this, null);
    if (told == null) {
      return;
    }
    free();
    calls.onEnded(this); // before the listener hears of it: who waits for that sees the count
    try {
      told.onClose(outcome);
    } catch (RuntimeException e) {
      LOG.error("listener of {} failed", invocation, e);
    }
  }
}
