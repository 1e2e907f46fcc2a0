package io.duomesh.transport.triple;

import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.MethodDescriptor;
import io.duomesh.MethodDescriptor.Type;
import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.Outcome;
import io.duomesh.transport.netty.DeadlineWheel;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call on an HTTP/2 connection: its stream, and its end, once, by whatever ends it first. What
 * goes out is {@link ClientRequest}'s concern, what comes in {@link ClientResponse}'s. Messages are
 * encoded by the caller; the call begins and ends on the loop.
 */
final class TripleClientStream implements ClientStream, DeadlineWheel.Expiring {
  private static final Logger LOG = LoggerFactory.getLogger(TripleClientStream.class);

  private final TripleClientTransport transport;
  private final Invocation invocation;
  private final Listener listener;
  private final ClientRequest request;
  private final ClientResponse response;

  /** Whether it waits among the {@link StreamSlots}, which say so. */
  boolean waiting;

  // the loop's
  private @Nullable Http2Stream stream;
  private int timeout = DeadlineWheel.NONE;
  private boolean ended;
  private boolean told;

  TripleClientStream(
      TripleClientTransport transport,
      Invocation invocation,
      ClientMethod method,
      Listener listener) {
    this.transport = transport;
    this.invocation = invocation;
    this.listener = listener;
    this.request = new ClientRequest(transport, this, method);
    this.response = new ClientResponse(this, listener, method, transport);
  }

  // The caller's side.

  @Override
  public void send(Object message) {
    request.send(message);
  }

  @Override
  public void halfClose() {
    request.halfClose();
  }

  @Override
  public void request(int count) {
    if (!response.isSingle()) {
      transport.queue().add(new Action(() -> response.request(count)));
    }
  }

  @Override
  public void cancel(@Nullable String reason) {
    fail(
        Status.local(
                Status.Code.CANCELLED,
                descriptor() + ": cancelled" + (reason == null ? "" : ": " + reason))
            .withFlag(ResponseFlag.DC));
  }

  @Override
  public boolean isReady() {
    return request.isReady();
  }

  /** Ends the call for a reason of this side; any thread. */
  void fail(Status status) {
    Runnable end = () -> end(status.withUnprocessed(stream == null));
    transport.queue().add(new Action(end, end));
  }

  MethodDescriptor descriptor() {
    return invocation.method();
  }

  // The loop: the beginning.

  /** Begins the call: opens its stream, now or once the connection can take it. */
  void open() {
    Deadline deadline = invocation.deadline();
    if (deadline.isExpired()) {
      expire();
    } else if (transport.open(this) && !deadline.isNone()) {
      timeout = transport.handler().wheel().add(deadline.nanoTime(), this);
    }
  }

  /** The connection can take its stream. */
  void start() {
    Status failure = request.start(invocation);
    if (failure != null) {
      end(failure);
      return;
    }
    if (descriptor().type() == Type.ONE_WAY) {
      tell(Outcome.of(Status.OK)); // the answer frees the stream, nobody awaits it
    }
    request.open();
  }

  /** The stream exists; frames for it may come. */
  void opened(Http2Stream opened) {
    stream = opened;
  }

  /** The stream, once there is one. */
  Http2Stream stream() {
    Http2Stream opened = stream;
    if (opened == null) {
      throw new IllegalStateException(invocation + ": the stream is not open");
    }
    return opened;
  }

  ClientRequest request() {
    return request;
  }

  ClientResponse response() {
    return response;
  }

  void ready() {
    try {
      listener.onReady();
    } catch (RuntimeException e) {
      LOG.warn("{}: listener failed when ready", invocation, e);
      fail(Status.local(Status.Code.INTERNAL, "listener failed: " + e));
    }
  }

  // The loop: the end.

  boolean isEnded() {
    return ended;
  }

  /** The peer has reset the stream. */
  void reset(long errorCode) {
    if (!ended && !response.isComplete()) {
      end(
          invocation.deadline().isExpired()
              ? expired()
              : TripleStatus.ofReset(errorCode, transport.failures().peer()));
    }
  }

  /** Frames of the peer broke a rule; the stream is being reset. */
  void broken(Throwable cause) {
    end(transport.failures().broken(cause));
  }

  /** The stream is closed below; unless it was answered, its connection let go of it. */
  void gone() {
    if (!ended && !response.isComplete()) {
      end(transport.failures().lost(stream().id()));
    }
  }

  /** The connection's loop has ended. Any thread. */
  void rejected() {
    end(transport.failures().refused());
  }

  @Override
  public void expire() {
    timeout = DeadlineWheel.NONE;
    end(expired());
  }

  private Status expired() {
    Status status = transport.failures().expired(stream != null, waiting);
    return status.withMessage(descriptor() + ": " + status.message());
  }

  /** Ends the call, once, with what has come of its answer. */
  void end(Status status) {
    end(response.outcome(status));
  }

  /** Ends the call, once; resets the stream where it is still open. */
  void end(Outcome outcome) {
    if (ended) {
      return;
    }
    ended = true;
    if (timeout != DeadlineWheel.NONE) {
      transport.handler().wheel().cancel(timeout);
    }
    request.close();
    response.close();
    Http2Stream open = stream;
    if (open != null && (!response.isComplete() || open.state().localSideOpen())) {
      transport.handler().reset(open, Http2Error.CANCEL); // tells the peer that it is over
      transport.channel().flush();
    }
    transport.ended(this);
    tell(outcome);
  }

  private void tell(Outcome outcome) {
    if (!told) {
      told = true;
      try {
        listener.onClose(outcome);
      } catch (RuntimeException e) {
        LOG.warn("{}: listener failed on close", invocation, e);
      }
    }
  }
}
