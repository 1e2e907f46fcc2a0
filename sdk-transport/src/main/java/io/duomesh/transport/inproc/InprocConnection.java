package io.duomesh.transport.inproc;

import io.duomesh.Invocation;
import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.Outcome;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.netty.DeadlineWheel;
import io.duomesh.transport.netty.EventLoops;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A connection within the process. Its streams live on one event loop, both their sides. */
final class InprocConnection implements ClientTransport {
  private enum State {
    CONNECTING,
    READY,
    DRAINING,
    CLOSED
  }

  private final ConnectSpec spec;
  private final Listener listener;
  private final EventLoop loop;
  private final AtomicInteger active = new AtomicInteger();
  private volatile State state = State.CONNECTING;

  // the loop's
  private final Set<InprocClientStream> open = new LinkedHashSet<>();
  private @Nullable InprocServer server;
  private @Nullable DeadlineWheel wheel;
  private String reason = "";

  InprocConnection(ConnectSpec spec, Listener listener) {
    this.spec = spec;
    this.listener = listener;
    this.loop = EventLoops.of(spec.transports()).group().next();
  }

  void connect() {
    onLoop(
        () -> {
          InprocServer found = InprocServer.named(spec.host());
          if (state != State.CONNECTING) {
            return;
          }
          if (found == null || !found.add(this)) {
            closed(
                "no server of this process is named "
                    + spec.host()
                    + "; duomesh.server.inproc of a runtime that has started names it");
            return;
          }
          server = found;
          state = State.READY;
          listener.onReady();
        });
  }

  @Override
  public ClientStream newStream(Invocation invocation, ClientStream.Listener streamListener) {
    active.incrementAndGet();
    InprocClientStream stream = new InprocClientStream(this, invocation, streamListener);
    if (!acceptsStreams()) {
      onLoop(() -> stream.end(gone()));
    }
    return stream;
  }

  @Override
  public int activeStreams() {
    return active.get();
  }

  @Override
  public boolean acceptsStreams() {
    State now = state;
    return now == State.CONNECTING || now == State.READY;
  }

  @Override
  public boolean isReady() {
    return state == State.READY;
  }

  @Override
  public @Nullable SocketAddress peer() {
    return null;
  }

  @Override
  public void drain() {
    onLoop(
        () -> {
          if (acceptsStreams()) {
            reason = "connection to " + spec.host() + " is draining";
            state = State.DRAINING;
            listener.onDraining();
            closeIfDrained();
          }
        });
  }

  @Override
  public void close() {
    onLoop(() -> closed("connection to " + spec.host() + " was closed by this side"));
  }

  /** The server has closed. */
  void lose() {
    onLoop(() -> closed("connection to " + spec.host() + " was closed by the server"));
  }

  TransportOptions options() {
    return spec.transports().options();
  }

  /** The deadlines of its loop; first asked for there. */
  DeadlineWheel wheel() {
    DeadlineWheel known = wheel;
    if (known == null) {
      known = DeadlineWheel.of(loop);
      wheel = known;
    }
    return known;
  }

  void onLoop(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException loopHasEnded) {
      task.run();
    }
  }

  // ---- the loop

  /** Begins a stream whose request is there. */
  void start(InprocClientStream stream) {
    InprocServer to = server;
    if (state == State.CLOSED || to == null) {
      stream.end(gone());
      return;
    }
    open.add(stream);
    stream.arrive(to.listener());
  }

  void onEnded(InprocClientStream stream) {
    open.remove(stream);
    if (active.decrementAndGet() == 0 && state == State.DRAINING) {
      onLoop(this::closeIfDrained);
    }
  }

  private void closeIfDrained() {
    if (state == State.DRAINING && active.get() == 0) {
      closed("connection to " + spec.host() + " has drained");
    }
  }

  private Outcome gone() {
    return Outcome.of(
        Status.transport(Code.UNAVAILABLE, reason)
            .withFlag(server == null ? ResponseFlag.UF : ResponseFlag.UC)
            .withUnprocessed(true));
  }

  private void closed(String why) {
    if (state == State.CLOSED) {
      return;
    }
    reason = why;
    state = State.CLOSED;
    Outcome lost = Outcome.of(Status.transport(Code.UNAVAILABLE, why).withFlag(ResponseFlag.UC));
    for (InprocClientStream stream : new ArrayList<>(open)) {
      stream.cancelServer();
      stream.end(lost);
    }
    InprocServer from = server;
    if (from != null) {
      from.remove(this);
    }
    listener.onClosed(why, from != null);
  }
}
