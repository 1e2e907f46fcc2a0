package io.duomesh.runtime.interceptor;

import io.duomesh.Channel;
import io.duomesh.ClientCall;
import io.duomesh.ClientInterceptor;
import io.duomesh.Invocation;
import io.duomesh.Status;
import io.duomesh.governance.filter.FailedCall;
import java.util.List;

/** Chains steps once, so that a call walks them without building the chain. */
public final class Interceptors {
  private Interceptors() {}

  /**
   * A channel that passes an application's steps, the first one outermost, and then {@code last}.
   */
  public static Channel chain(
      List<? extends ClientInterceptor> interceptors, Channel last, ForgottenCalls forgotten) {
    Channel chained = last;
    for (int i = interceptors.size() - 1; i >= 0; i--) {
      chained = new Step(interceptors.get(i), chained, forgotten);
    }
    return chained;
  }

  /** One of an application's interceptors and what follows it. */
  record Step(ClientInterceptor interceptor, Channel next, ForgottenCalls forgotten)
      implements Channel {
    @Override
    public ClientCall newCall(Invocation invocation) {
      return InterceptedCall.of(this, invocation);
    }

    String name() {
      return interceptor.getClass().getName();
    }
  }

  /** A channel that passes a plan's filters, and then {@code last}. */
  public static Channel filters(List<? extends ClientInterceptor> filters, Channel last) {
    Channel chained = last;
    for (int i = filters.size() - 1; i >= 0; i--) {
      ClientInterceptor filter = filters.get(i);
      Channel next = chained;
      chained = invocation -> filtered(filter, invocation, next);
    }
    return chained;
  }

  private static ClientCall filtered(
      ClientInterceptor filter, Invocation invocation, Channel next) {
    try {
      return filter.intercept(invocation, next);
    } catch (RuntimeException | Error e) {
      return FailedCall.of(
          Status.local(
                  Status.Code.INTERNAL,
                  invocation + ": filter " + filter.getClass().getName() + " failed: " + e)
              .withCause(e));
    }
  }
}
