package io.duomesh.transport;

import io.duomesh.ClientCall;
import io.duomesh.Invocation;
import org.jspecify.annotations.Nullable;

/**
 * A call that is one stream on one connection. Its callbacks run on the connection's event loop.
 */
final class DirectCall implements ClientCall {
  private final ClientTransport transport;
  private final Invocation invocation;
  private volatile @Nullable ClientStream stream;

  DirectCall(ClientTransport transport, Invocation invocation) {
    this.transport = transport;
    this.invocation = invocation;
  }

  @Override
  public void start(Listener listener) {
    stream =
        transport.newStream(invocation, new DecodedMessages(invocation, listener, this::cancel));
  }

  private ClientStream started() {
    ClientStream opened = stream;
    if (opened == null) {
      throw new IllegalStateException(invocation + ": the call is not started");
    }
    return opened;
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
    ClientStream opened = stream;
    if (opened != null) {
      opened.cancel(reason);
    }
  }

  @Override
  public boolean isReady() {
    return started().isReady();
  }
}
