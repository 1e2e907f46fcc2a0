package io.duomesh.transport.inproc;

import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor.Type;
import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.Outcome;
import io.duomesh.transport.Payload;
import io.duomesh.transport.ServerTransport;
import io.duomesh.transport.netty.DeadlineWheel;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A caller's side of an in-process call; ends on the connection's loop. */
final class InprocClientStream implements ClientStream, DeadlineWheel.Expiring {
  private static final Logger LOG = LoggerFactory.getLogger(InprocClientStream.class);

  private final InprocConnection connection;
  private final Invocation invocation;
  private final Listener listener;
  private final AtomicBoolean ended = new AtomicBoolean();
  private @Nullable InprocMessage request;
  private @Nullable InprocServerStream server; // the loop's
  private int timeout = DeadlineWheel.NONE; // the loop's

  InprocClientStream(InprocConnection connection, Invocation invocation, Listener listener) {
    this.connection = connection;
    this.invocation = invocation;
    this.listener = listener;
  }

  @Override
  public void send(Object message) {
    if (request != null || ended.get()) {
      return;
    }
    Type type = invocation.method().type();
    if (type != Type.UNARY && type != Type.ONE_WAY) {
      endLater(
          Status.local(Code.UNIMPLEMENTED, invocation.method() + " streams (expected: unary)"));
      return;
    }
    try {
      request = InprocMessage.request(invocation.method(), message, connection.options());
    } catch (InprocMessage.TooLargeException e) {
      endLater(Status.local(Code.RESOURCE_EXHAUSTED, invocation.method() + ": " + e.getMessage()));
      return;
    } catch (IOException | RuntimeException | Error e) { // a value's own code may throw anything
      endLater(
          Status.local(
                  Code.INTERNAL,
                  "request to "
                      + invocation.method()
                      + " cannot be serialized: "
                      + (e instanceof Error ? e : e.getMessage()))
              .withCause(e));
      return;
    }
    connection.onLoop(
        () -> {
          if (ended.get()) {
            return;
          }
          if (invocation.deadline().isExpired()) {
            end(expired().withUnprocessed(true));
          } else {
            connection.start(this);
          }
        });
  }

  private void endLater(Status status) {
    connection.onLoop(() -> end(status));
  }

  @Override
  public void halfClose() {}

  @Override
  public void request(int messages) {}

  @Override
  public void cancel(@Nullable String reason) {
    connection.onLoop(
        () -> {
          if (!ended.get()) {
            cancelServer();
            end(
                Status.local(Code.CANCELLED, reason == null ? "cancelled by the caller" : reason)
                    .withFlag(ResponseFlag.DC)
                    .withUnprocessed(server == null));
          }
        });
  }

  @Override
  public boolean isReady() {
    return !ended.get();
  }

  /** The request has come to the server. On the loop. */
  void arrive(ServerTransport.Listener to) {
    InprocMessage message = request;
    if (message == null) {
      return;
    }
    InprocServerStream stream = new InprocServerStream(connection, this, invocation, message);
    server = stream;
    if (!stream.isOneWay() && !invocation.deadline().isNone()) {
      timeout = connection.wheel().add(invocation.deadline().nanoTime(), this);
    }
    stream.begin(to);
    if (stream.isOneWay()) {
      end(Status.OK);
    }
  }

  @Override
  public void expire() {
    timeout = DeadlineWheel.NONE;
    cancelServer();
    end(expired());
  }

  private Status expired() {
    return Status.transport(
            Code.DEADLINE_EXCEEDED,
            "calling " + invocation.method() + ": no response before the deadline")
        .withFlag(ResponseFlag.UT);
  }

  /** Tells the server that nobody waits. On the loop. */
  void cancelServer() {
    if (server != null) {
      server.cancelled();
    }
  }

  /** The server's answer. On the loop. */
  void answered(@Nullable Payload payload, Status status, Metadata trailers) {
    if (ended.get()) {
      return;
    }
    if (payload != null) {
      try {
        listener.onMessage(payload);
      } catch (RuntimeException e) {
        LOG.error("listener of {} failed", invocation, e);
      }
    }
    end(new Outcome(status, trailers, status.isOk() ? 200 : 0, false, true));
  }

  private void end(Status status) {
    end(Outcome.of(status));
  }

  /** Ends the call, once; later ends do nothing. */
  void end(Outcome outcome) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    if (timeout != DeadlineWheel.NONE) {
      connection.wheel().cancel(timeout);
    }
    connection.onEnded(this);
    try {
      listener.onClose(outcome);
    } catch (RuntimeException e) {
      LOG.error("listener of {} failed", invocation, e);
    }
  }
}
