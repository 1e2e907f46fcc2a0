package io.duomesh.runtime.client;

import io.duomesh.Channel;
import io.duomesh.ClientInterceptor;
import java.util.List;

/** Chains steps once, so that a call walks them without building anything. */
final class Interceptors {
  private Interceptors() {}

  /** A channel that passes the steps, the first one outermost, and then {@code last}. */
  static Channel chain(List<? extends ClientInterceptor> interceptors, Channel last) {
    Channel chained = last;
    for (int i = interceptors.size() - 1; i >= 0; i--) {
      ClientInterceptor interceptor = interceptors.get(i);
      Channel next = chained;
      chained = invocation -> interceptor.intercept(invocation, next);
    }
    return chained;
  }
}
