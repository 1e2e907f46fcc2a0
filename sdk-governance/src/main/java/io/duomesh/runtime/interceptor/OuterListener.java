package io.duomesh.runtime.interceptor;

import io.duomesh.ClientCall;
import io.duomesh.Metadata;
import io.duomesh.Status;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an interceptor speaks to: the caller hears one end and nothing after it, and what the
 * caller's own listener throws is not the interceptor's fault.
 */
final class OuterListener implements ClientCall.Listener {
  private static final Logger log = LoggerFactory.getLogger(OuterListener.class);

  private final InterceptedCall call;
  private final ClientCall.Listener receiver;
  private @Nullable Status failed;

  OuterListener(InterceptedCall call, ClientCall.Listener receiver) {
    this.call = call;
    this.receiver = receiver;
  }

  private boolean listens() {
    return failed == null && !call.isOver();
  }

  private void failed(Throwable thrown) {
    failed = ReceiverFailure.of(call.invocation(), thrown);
    call.cancel("the call's listener failed");
  }

  @Override
  public void onReady() {
    try {
      if (listens()) {
        receiver.onReady();
      }
    } catch (Throwable e) {
      failed(e);
    }
  }

  @Override
  public void onHeaders(Metadata headers) {
    try {
      if (listens()) {
        receiver.onHeaders(headers);
      }
    } catch (Throwable e) {
      failed(e);
    }
  }

  @Override
  public void onMessage(@Nullable Object message) {
    try {
      if (listens()) {
        receiver.onMessage(message);
      }
    } catch (Throwable e) {
      failed(e);
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (call.end()) {
      tell(status, trailers);
    }
  }

  /** Tells the end; by whoever has taken the right to. */
  void tell(Status status, Metadata trailers) {
    Status own = failed;
    try {
      receiver.onClose(own == null ? status : own, trailers);
    } catch (Throwable e) {
      log.warn("{}: the listener of the call failed", call.invocation(), e);
    }
  }
}
