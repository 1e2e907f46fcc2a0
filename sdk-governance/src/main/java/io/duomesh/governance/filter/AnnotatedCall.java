package io.duomesh.governance.filter;

import io.duomesh.ClientCall;
import io.duomesh.ForwardingClientCall;
import io.duomesh.Metadata;
import io.duomesh.Status;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A call whose caller sees other response headers than came: added to, or changed. */
public final class AnnotatedCall extends ForwardingClientCall {
  private final UnaryOperator<Metadata> change;

  /**
   * A call in front of another.
   *
   * @param change makes the headers that the caller sees; what it throws ends the call
   */
  public AnnotatedCall(ClientCall delegate, UnaryOperator<Metadata> change) {
    super(delegate);
    this.change = change;
  }

  @Override
  public void start(Listener listener) {
    super.start(new Changing(listener, change));
  }

  private static final class Changing implements Listener {
    private final Listener listener;
    private final UnaryOperator<Metadata> change;
    private boolean seen;

    Changing(Listener listener, UnaryOperator<Metadata> change) {
      this.listener = listener;
      this.change = change;
    }

    @Override
    public void onReady() {
      listener.onReady();
    }

    @Override
    public void onHeaders(Metadata headers) {
      seen = true;
      listener.onHeaders(change.apply(headers));
    }

    @Override
    public void onMessage(@Nullable Object message) {
      listener.onMessage(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (seen) {
        listener.onClose(status, trailers);
        return;
      }
      Metadata changed;
      try { // without headers of their own, trailers carry the response's
        changed = change.apply(trailers);
      } catch (RuntimeException | Error e) {
        listener.onClose(
            Status.local(Status.Code.INTERNAL, "response headers cannot be changed: " + e)
                .withUnprocessed(false)
                .withCause(e),
            trailers);
        return;
      }
      listener.onClose(status, changed);
    }
  }
}
