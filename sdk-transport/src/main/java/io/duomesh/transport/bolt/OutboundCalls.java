package io.duomesh.transport.bolt;

import io.duomesh.Invocation;
import io.duomesh.MethodDescriptor;
import io.duomesh.Status;
import io.duomesh.transport.BoltOptions;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.Outcome;
import io.duomesh.transport.netty.DeadlineWheel;
import io.duomesh.transport.netty.WriteQueue;
import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A server's calls to its client over the connection that the client opened. Numbered, kept and
 * ended on the event loop; the connection's end is theirs.
 */
final class OutboundCalls implements BoltCaller, ClientTransport {
  private final BoltConnection connection;
  private final Channel channel;
  private final BoltMethods methods;
  private final AtomicInteger active = new AtomicInteger();
  private final PendingCalls pending = new PendingCalls(); // the loop's
  private int nextId = 1; // the loop's
  private volatile boolean taking = true;

  OutboundCalls(BoltConnection connection, Channel channel, BoltMethods methods) {
    this.connection = connection;
    this.channel = channel;
    this.methods = methods;
  }

  // ---- any thread

  @Override
  public ClientStream newStream(Invocation invocation, ClientStream.Listener listener) {
    active.incrementAndGet();
    BoltClientStream stream = new BoltClientStream(this, invocation, listener);
    if (!acceptsStreams()) {
      endLater(stream, gone(stream));
    } else if (queue().isFull()) {
      endLater(
          stream,
          CallFailures.overflow(
              String.valueOf(peer()), 4L * connection.options.writeBufferBytes()));
    }
    return stream;
  }

  @Override
  public BoltMethod method(MethodDescriptor descriptor) {
    return methods.get(descriptor, null);
  }

  @Override
  public WriteQueue queue() {
    return connection.queue();
  }

  @Override
  public BoltOptions.Frames frames() {
    return connection.options.bolt().frames();
  }

  @Override
  public boolean mustWait() {
    return false;
  }

  @Override
  public void await(BoltClientStream call) {
    throw new IllegalStateException("no call waits here");
  }

  @Override
  public int activeStreams() {
    return active.get();
  }

  @Override
  public boolean acceptsStreams() {
    return taking && channel.isActive();
  }

  @Override
  public boolean isReady() {
    return acceptsStreams();
  }

  @Override
  public @Nullable SocketAddress peer() {
    return channel.remoteAddress();
  }

  @Override
  public void drain() {
    taking = false; // the connection is the client's to close
  }

  @Override
  public void close() {
    onLoop(this::closed);
  }

  @Override
  public void endLater(BoltClientStream call, Outcome outcome) {
    onLoop(() -> call.end(outcome));
  }

  @Override
  public void cancel(BoltClientStream call, String why) {
    onLoop(
        () -> {
          if (!call.hasEnded()) {
            pending.remove(call.id());
            call.end(CallFailures.cancelled(call, why));
          }
        });
  }

  @Override
  public Outcome gone(BoltClientStream call) {
    return CallFailures.gone(call, "the connection of " + peer() + " is gone", true);
  }

  private void onLoop(Runnable task) {
    try {
      channel.eventLoop().execute(task);
    } catch (RejectedExecutionException loopHasEnded) {
      task.run();
    }
  }

  // ---- the loop

  @Override
  public void write(Channel to, BoltClientStream call) {
    if (call.hasEnded()) {
      call.free(); // cancelled or refused while it was being encoded
    } else if (!acceptsStreams()) {
      call.end(gone(call));
    } else if (call.deadline().isExpired()) {
      call.end(CallFailures.expired(call, String.valueOf(peer())));
    } else {
      call.assign(nextId++);
      transmit(to, call);
    }
  }

  private void transmit(Channel to, BoltClientStream call) {
    var request = call.takeFrame();
    if (request == null) {
      return;
    }
    boolean oneWay = call.method().isOneWay();
    if (!oneWay) {
      pending.add(call);
      call.expireIn(DeadlineWheel.of(to.eventLoop()));
    }
    BoltFrame.sealRequest(request, frames());
    to.write(request, to.voidPromise());
    if (oneWay) {
      call.end(Outcome.of(Status.OK));
    }
  }

  /** A response has come. */
  void onResponse(BoltFrame frame) {
    BoltClientStream call = pending.remove(frame.id());
    if (call == null) {
      frame.release();
      connection.counters.add(BadInput.LATE_REPLY);
    } else {
      Responses.deliver(call, frame);
    }
  }

  /** A response's content is too large. */
  void onOversized(BoltFrame frame, int most) {
    BoltClientStream call = pending.remove(frame.id());
    if (call != null) {
      Responses.refuseOversized(call, frame, most);
    }
  }

  /** The connection is gone, or no longer used for calls. */
  void closed() {
    taking = false;
    pending.forEach(
        call -> {
          pending.remove(call.id());
          call.end(gone(call));
        });
  }

  @Override
  public void expire(BoltClientStream call) {
    pending.remove(call.id());
    call.end(CallFailures.expired(call, String.valueOf(peer())));
  }

  @Override
  public void onEnded(BoltClientStream call) {
    if (channel.eventLoop().inEventLoop()) {
      call.forget(DeadlineWheel.of(channel.eventLoop()));
    }
    active.decrementAndGet();
  }
}
