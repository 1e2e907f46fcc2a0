package io.duomesh.runtime.client;

import io.duomesh.ClientCall;
import io.duomesh.ForwardingClientCall;
import io.duomesh.Metadata;
import io.duomesh.Status;
import io.duomesh.governance.route.RequestHead;
import io.duomesh.governance.route.RouteChoice;
import org.jspecify.annotations.Nullable;

/** Applies a route's response header mutations to what the caller sees. */
final class MutatedResponseCall extends ForwardingClientCall {
  private final RouteChoice choice;
  private final RequestHead head;

  MutatedResponseCall(ClientCall delegate, RouteChoice choice, RequestHead head) {
    super(delegate);
    this.choice = choice;
    this.head = head;
  }

  @Override
  public void start(Listener listener) {
    super.start(
        new Listener() {
          private boolean seen;

          @Override
          public void onReady() {
            listener.onReady();
          }

          @Override
          public void onHeaders(Metadata headers) {
            seen = true;
            listener.onHeaders(choice.response(head, 200, headers));
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
              changed = choice.response(head, 200, trailers);
            } catch (RuntimeException | Error e) {
              listener.onClose(
                  Status.local(Status.Code.INTERNAL, "route " + choice + " failed: " + e)
                      .withUnprocessed(false)
                      .withCause(e),
                  trailers);
              return;
            }
            listener.onClose(status, changed);
          }
        });
  }
}
