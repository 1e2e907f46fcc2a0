package io.duomesh.runtime.client;

import io.duomesh.ClientCall;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.RpcException;
import io.duomesh.Status;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.Outcome;
import io.duomesh.transport.Payload;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A call with many messages on a side: one stream on one endpoint, never tried again. Messages are
 * decoded and delivered on the connection's event loop, in order.
 */
final class StreamCall implements ClientCall, ClientStream.Listener {
  private final RoutePlan plan;
  private final Invocation invocation;
  private final AtomicBoolean ended = new AtomicBoolean();
  private @Nullable Listener listener;
  private volatile @Nullable ClientStream stream;
  private @Nullable EndpointHandle endpoint;
  private @Nullable Status undecodable;

  StreamCall(RoutePlan plan, Invocation invocation) {
    this.plan = plan;
    this.invocation = invocation;
  }

  @Override
  public void start(Listener callListener) {
    listener = callListener;
    ClusterHandle cluster = plan.cluster();
    Status refused = cluster.admit(plan.highPriority());
    if (refused != null) {
      callListener.onClose(refused, Metadata.EMPTY);
      return;
    }
    cluster.callStarted();
    try {
      open(cluster);
    } catch (RuntimeException | Error e) { // of a balancer that was plugged in
      end(
          Outcome.of(
              Status.local(Status.Code.INTERNAL, invocation + ": cannot be sent: " + e)
                  .withCause(e)));
    }
  }

  private void open(ClusterHandle cluster) {
    EndpointHandle chosen = cluster.pick(plan.hash(invocation));
    ClientTransport transport = chosen == null ? null : chosen.connection();
    if (chosen == null || transport == null) {
      end(Outcome.of(chosen == null ? cluster.noEndpoint() : chosen.unavailable()));
      return;
    }
    endpoint = chosen;
    chosen.callStarted();
    stream = transport.newStream(invocation, this);
  }

  @Override
  public void request(int messages) {
    ClientStream open = stream;
    if (open != null) {
      open.request(messages);
    }
  }

  @Override
  public void send(Object message) {
    ClientStream open = stream;
    if (open != null) {
      open.send(message);
    }
  }

  @Override
  public void halfClose() {
    ClientStream open = stream;
    if (open != null) {
      open.halfClose();
    }
  }

  @Override
  public void cancel(@Nullable String reason) {
    ClientStream open = stream;
    if (open != null) {
      open.cancel(reason);
    }
  }

  @Override
  public boolean isReady() {
    ClientStream open = stream;
    return open != null && open.isReady();
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
      listening().onMessage(message);
    } catch (RuntimeException e) {
      failed(
          Status.local(Status.Code.INTERNAL, invocation + ": the call's listener failed: " + e)
              .withUnprocessed(false)
              .withCause(e));
    }
  }

  /** This side cannot go on with the stream; its end tells why. */
  private void failed(Status why) {
    undecodable = why;
    cancel(why.message());
  }

  @Override
  public void onClose(Outcome outcome) {
    end(outcome);
  }

  private void end(Outcome outcome) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    plan.cluster().callEnded();
    plan.cluster().load().released(plan.highPriority());
    EndpointHandle used = endpoint;
    if (used != null) {
      used.callEnded();
    }
    Status status = undecodable == null ? outcome.status() : undecodable;
    listening().onClose(status, outcome.trailers());
  }

  private Listener listening() {
    Listener current = listener;
    if (current == null) {
      throw new IllegalStateException(invocation + ": the call is not started");
    }
    return current;
  }
}
