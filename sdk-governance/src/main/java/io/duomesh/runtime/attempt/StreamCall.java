package io.duomesh.runtime.attempt;

import io.duomesh.ClientCall;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.Status;
import io.duomesh.runtime.cluster.ClusterHandle;
import io.duomesh.runtime.cluster.EndpointHandle;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.DecodedMessages;
import io.duomesh.transport.Outcome;
import io.duomesh.transport.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A call with many messages on a side: one stream on one endpoint, tried elsewhere only as long as
 * nothing was sent. Messages are decoded and delivered on the connection's event loop, in order.
 *
 * <p>What its caller has asked for is one immutable value, replaced as a whole.
 */
final class StreamCall implements ClientCall {
  private static final AtomicReferenceFieldUpdater<StreamCall, Asked> ASKED =
      AtomicReferenceFieldUpdater.newUpdater(StreamCall.class, Asked.class, "asked");

  private final RoutePlan plan;
  private final Invocation invocation;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile Asked asked = Asked.NOTHING;
  private final List<EndpointHandle> tried = new ArrayList<>(0); // one attempt at a time
  private @Nullable DecodedMessages messages;
  private boolean holdsRetrySlot;
  private volatile @Nullable EndpointHandle last; // picked, whether it took the call or not

  StreamCall(RoutePlan plan, Invocation invocation) {
    this.plan = plan;
    this.invocation = invocation;
  }

  // ---- from the caller

  @Override
  public void start(Listener listener) {
    messages = new DecodedMessages(invocation, listener, this::cancel);
    Status refused = admit();
    if (refused != null) {
      ended.set(true);
      messages.onClose(Outcome.of(refused.withMessage(invocation + ": " + refused.message())));
      return;
    }
    plan.cluster().callStarted();
    attempt();
  }

  private @Nullable Status admit() {
    try {
      return plan.cluster().admit(plan.highPriority());
    } catch (RuntimeException | Error e) { // of a balancer that was plugged in, or is missing
      return Status.local(Status.Code.INTERNAL, "no endpoint was chosen: " + e).withCause(e);
    }
  }

  @Override
  public void request(int count) {
    Asked now = asked;
    if (!now.settled()) {
      now = change(a -> a.plus(count));
    }
    ClientStream open = now.stream();
    if (open != null) {
      open.request(count);
    }
  }

  @Override
  public void send(Object message) {
    step(open -> open.send(message));
  }

  @Override
  public void halfClose() {
    step(ClientStream::halfClose);
  }

  @Override
  public void cancel(@Nullable String reason) {
    step(open -> open.cancel(reason == null ? "cancelled by the caller" : reason));
  }

  @Override
  public boolean isReady() {
    ClientStream open = asked.stream();
    return open != null && open.isReady();
  }

  /** Does something to the stream; later, where a stream is being opened. */
  private void step(Consumer<ClientStream> step) {
    Asked now = asked;
    if (!now.settled()) {
      now = change(a -> a.with(step));
    }
    ClientStream open = now.stream();
    if (open != null) {
      step.accept(open);
    }
  }

  private Asked change(UnaryOperator<Asked> by) {
    while (true) {
      Asked now = asked;
      Asked next = by.apply(now);
      if (ASKED.compareAndSet(this, now, next)) {
        return next;
      }
    }
  }

  // ---- attempts

  private void attempt() {
    try {
      open();
    } catch (RuntimeException | Error e) { // of a balancer that was plugged in
      end(Outcome.of(Status.local(Status.Code.INTERNAL, "cannot be sent: " + e).withCause(e)));
    }
  }

  private void open() {
    ClusterHandle cluster = plan.cluster();
    long hash = plan.hash(invocation);
    EndpointHandle chosen = null;
    for (int picks = 0; picks < Attempt.MOST_PICKS; picks++) {
      chosen = tried.isEmpty() ? cluster.pick(hash) : cluster.pick(hash, tried, 1, List.of());
      last = chosen;
      ClientTransport transport = chosen == null ? null : chosen.connection();
      if (chosen != null && transport != null) {
        PendingSlot slot = null;
        if (!transport.isReady()) {
          Status full = cluster.load().admitPending(plan.highPriority());
          if (full != null) {
            end(Outcome.of(full));
            return;
          }
          slot = new PendingSlot(cluster.load(), plan.highPriority());
          chosen.onceConnected(slot);
        }
        chosen.callStarted();
        Stream opened = new Stream(chosen, transport, slot);
        int number = tried.size();
        opened(number, transport.newStream(invocation, opened));
        return;
      }
    }
    end(Outcome.of(chosen == null ? cluster.noEndpoint() : chosen.unavailable()));
  }

  /** Does to the new stream what was asked for meanwhile, in order, unless it is gone already. */
  private void opened(int number, ClientStream fresh) {
    long told = 0;
    while (true) {
      Asked now = asked;
      if (number != now.turnedAway()) {
        return;
      }
      boolean nothing = now.waiting().isEmpty() && now.requested() == told;
      if (!ASKED.compareAndSet(this, now, nothing ? now.on(fresh) : now.taken())) {
        continue;
      }
      if (nothing) {
        return;
      }
      if (now.requested() > told) {
        fresh.request((int) Math.min(now.requested() - told, Integer.MAX_VALUE));
      }
      told = now.requested();
      now.waiting().forEach(step -> step.accept(fresh));
    }
  }

  /** Whether the call goes on elsewhere: nothing was sent, and nobody has seen it. */
  private boolean again(Outcome outcome, boolean wentAway) {
    if (tried.size() >= Attempt.MOST_PICKS - 1
        || !outcome.status().unprocessed()
        || !(wentAway || plan.retries().again(outcome, tried.size()))) {
      return false;
    }
    Asked now = asked;
    while (!now.sent()) {
      if (ASKED.compareAndSet(this, now, now.again())) {
        return wentAway || tookRetrySlot();
      }
      now = asked;
    }
    return false;
  }

  private boolean tookRetrySlot() {
    holdsRetrySlot |= plan.cluster().load().tryRetry(plan.highPriority(), 0);
    return holdsRetrySlot;
  }

  private void end(Outcome outcome) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    plan.cluster().callEnded();
    plan.cluster().load().released(plan.highPriority());
    if (holdsRetrySlot) {
      plan.cluster().load().retryEnded(plan.highPriority());
    }
    DecodedMessages receiver = messages;
    if (receiver != null) {
      receiver.onClose(FailurePlace.add(outcome, invocation, plan, last, tried.size()));
    }
  }

  /** One stream of the call; its events come on its event loop. */
  private final class Stream implements ClientStream.Listener {
    private final EndpointHandle endpoint;
    private final ClientTransport connection;
    private final @Nullable PendingSlot pending;

    Stream(EndpointHandle endpoint, ClientTransport connection, @Nullable PendingSlot pending) {
      this.endpoint = endpoint;
      this.connection = connection;
      this.pending = pending;
    }

    @Override
    public void onReady() {
      receiver().onReady();
    }

    @Override
    public void onHeaders(Metadata headers) {
      receiver().onHeaders(headers);
    }

    @Override
    public void onMessage(Payload payload) {
      receiver().onMessage(payload);
    }

    @Override
    public void onClose(Outcome outcome) {
      endpoint.callEnded();
      if (pending != null) {
        pending.run();
      }
      if (again(outcome, Attempt.wentAway(outcome.status(), connection))) {
        tried.add(endpoint); // as many as were turned away
        attempt();
      } else {
        end(outcome);
      }
    }

    private DecodedMessages receiver() {
      return Objects.requireNonNull(messages); // there before any stream is
    }
  }
}
