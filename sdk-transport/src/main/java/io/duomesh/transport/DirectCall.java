package io.duomesh.transport;

import io.duomesh.ClientCall;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.RpcException;
import io.duomesh.Status;
import org.jspecify.annotations.Nullable;

/** A call that is one stream. Its callbacks run on the connection's event loop. */
final class DirectCall implements ClientCall, ClientStream.Listener {
  private final ClientTransport transport;
  private final Invocation invocation;
  private @Nullable Listener listener;
  private @Nullable ClientStream stream;
  private @Nullable Status undecodable;

  DirectCall(ClientTransport transport, Invocation invocation) {
    this.transport = transport;
    this.invocation = invocation;
  }

  @Override
  public void start(Listener callListener) {
    listener = callListener;
    stream = transport.newStream(invocation, this);
  }

  private ClientStream started() {
    ClientStream opened = stream;
    if (opened == null) {
      throw new IllegalStateException(invocation + ": the call is not started");
    }
    return opened;
  }

  private Listener listening() {
    Listener current = listener;
    if (current == null) {
      throw new IllegalStateException(invocation + ": the call is not started");
    }
    return current;
  }

  @Override
  public void request(int messages) {
    started().request(messages);
  }

  @Override
  public void send(Object message) {
    started().send(message);
  }

  @Override
  public void halfClose() {
    started().halfClose();
  }

  @Override
  public void cancel(@Nullable String reason) {
    started().cancel(reason);
  }

  @Override
  public boolean isReady() {
    return started().isReady();
  }

  @Override
  public void onReady() {
    listening().onReady();
  }

  @Override
  public void onHeaders(Metadata headers) {
    listening().onHeaders(headers);
  }

  @Override
  public void onMessage(Payload payload) {
    if (undecodable != null) {
      payload.discard();
      return;
    }
    Object message;
    try {
      message = payload.read();
    } catch (RpcException e) {
      undecodable = e.status();
      started().cancel(e.getMessage());
      return;
    }
    listening().onMessage(message);
  }

  @Override
  public void onClose(Outcome outcome) {
    Status status = undecodable != null ? undecodable : outcome.status();
    listening().onClose(status, outcome.trailers());
  }
}
