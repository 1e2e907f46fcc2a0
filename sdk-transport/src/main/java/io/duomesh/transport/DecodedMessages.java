package io.duomesh.transport;

import io.duomesh.ClientCall;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.RpcException;
import io.duomesh.Status;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes what a stream brings and delivers it to the listener of its call, on the stream's event
 * loop, in order. A message that cannot be read cancels the stream, and so does a listener that
 * throws; the end then says so.
 */
public final class DecodedMessages implements ClientStream.Listener {
  private static final Logger log = LoggerFactory.getLogger(DecodedMessages.class);

  private final Invocation invocation;
  private final ClientCall.Listener listener;
  private final Consumer<String> cancel;
  private @Nullable Status failed;

  /**
   * For the listener of one call.
   *
   * @param cancel cancels the stream, with a reason
   */
  public DecodedMessages(
      Invocation invocation, ClientCall.Listener listener, Consumer<String> cancel) {
    this.invocation = invocation;
    this.listener = listener;
    this.cancel = cancel;
  }

  @Override
  public void onReady() {
    try {
      if (failed == null) {
        listener.onReady();
      }
    } catch (RuntimeException | Error e) {
      listenerFailed(e);
    }
  }

  @Override
  public void onHeaders(Metadata headers) {
    try {
      if (failed == null) {
        listener.onHeaders(headers);
      }
    } catch (RuntimeException | Error e) {
      listenerFailed(e);
    }
  }

  @Override
  public void onMessage(Payload payload) {
    if (failed != null) {
      payload.discard();
      return;
    }
    Object message;
    try {
      message = payload.read();
    } catch (RpcException e) {
      failed(e.status());
      return;
    } catch (RuntimeException | Error e) { // nested too deep, a class that does not load, …
      failed(
          Status.local(Status.Code.INTERNAL, invocation + ": a message cannot be read: " + e)
              .withUnprocessed(false)
              .withCause(e));
      return;
    }
    try {
      listener.onMessage(message);
    } catch (RuntimeException | Error e) {
      listenerFailed(e);
    }
  }

  private void listenerFailed(Throwable thrown) {
    failed(
        Status.local(Status.Code.INTERNAL, invocation + ": the call's listener failed: " + thrown)
            .withUnprocessed(false)
            .withCause(thrown));
  }

  /** This side cannot go on with the stream; its end tells why. */
  private void failed(Status why) {
    failed = why;
    cancel.accept(why.message());
  }

  @Override
  public void onClose(Outcome outcome) {
    Status own = failed;
    try {
      listener.onClose(own == null ? outcome.status() : own, outcome.trailers());
    } catch (RuntimeException | Error e) {
      log.warn("{}: the listener of the call failed", invocation, e);
    }
  }
}
