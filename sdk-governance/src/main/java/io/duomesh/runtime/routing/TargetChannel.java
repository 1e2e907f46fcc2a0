package io.duomesh.runtime.routing;

import io.duomesh.Channel;
import io.duomesh.ClientCall;
import io.duomesh.ClientInterceptor;
import io.duomesh.Invocation;
import io.duomesh.Status;
import io.duomesh.governance.filter.FailedCall;
import io.duomesh.runtime.interceptor.ForgottenCalls;
import io.duomesh.runtime.interceptor.Interceptors;
import io.duomesh.runtime.stub.TargetedChannel;
import java.util.List;
import java.util.function.Supplier;

/**
 * The channel of a target: the application's interceptors, then whatever router is installed when
 * the call starts.
 */
public final class TargetChannel implements TargetedChannel {
  private final Target target;
  private final Supplier<Router> router;
  private final Channel entrance;

  /**
   * A channel.
   *
   * @param router the router in force, asked for each call
   * @param interceptors outermost first
   * @param forgotten ends what interceptors forget
   */
  public TargetChannel(
      Target target,
      Supplier<Router> router,
      List<ClientInterceptor> interceptors,
      ForgottenCalls forgotten) {
    this.target = target;
    this.router = router;
    this.entrance = Interceptors.chain(interceptors, this::route, forgotten);
  }

  private ClientCall route(Invocation invocation) {
    try {
      return router.get().newCall(target, invocation);
    } catch (RuntimeException | Error e) { // of a balancer or a filter that was plugged in
      return FailedCall.of(
          Status.local(Status.Code.INTERNAL, invocation + ": cannot be routed: " + e).withCause(e));
    }
  }

  @Override
  public ClientCall newCall(Invocation invocation) {
    return entrance.newCall(invocation);
  }

  @Override
  public String authority() {
    return target.authority();
  }

  @Override
  public String toString() {
    return target.toString();
  }
}
