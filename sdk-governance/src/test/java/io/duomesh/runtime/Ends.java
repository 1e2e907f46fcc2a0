package io.duomesh.runtime;

import io.duomesh.Channel;
import io.duomesh.ClientCall;
import io.duomesh.ClientInterceptor;
import io.duomesh.ForwardingClientCall;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.Status;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts how often each call ends. */
final class Ends implements ClientInterceptor {
  final AtomicInteger started = new AtomicInteger();
  final AtomicInteger ended = new AtomicInteger();
  final AtomicInteger twice = new AtomicInteger();

  @Override
  public ClientCall intercept(Invocation invocation, Channel next) {
    return new ForwardingClientCall(next.newCall(invocation)) {
      @Override
      public void start(Listener listener) {
        started.incrementAndGet();
        AtomicBoolean over = new AtomicBoolean();
        super.start(
            new Listener() {
              @Override
              public void onMessage(@Nullable Object message) {
                listener.onMessage(message);
              }

              @Override
              public void onClose(Status status, Metadata trailers) {
                if (!over.compareAndSet(false, true)) {
                  twice.incrementAndGet();
                }
                ended.incrementAndGet();
                listener.onClose(status, trailers);
              }
            });
      }
    };
  }
}
