package io.duomesh.transport.bolt;

import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.MethodDescriptor;
import io.duomesh.Status;
import io.duomesh.transport.BoltOptions;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.Outcome;
import io.duomesh.transport.netty.Connector;
import io.duomesh.transport.netty.DeadlineWheel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's Bolt connection. Calls are numbered, kept and ended on its event loop; only the counts
 * and the state are read by other threads.
 */
final class BoltClientConnection extends BoltConnection implements ClientTransport, BoltCaller {
  private static final Logger LOG = LoggerFactory.getLogger(BoltClientConnection.class);

  private enum State {
    CONNECTING,
    READY,
    DRAINING,
    CLOSED
  }

  private final ConnectSpec spec;
  private final Listener listener;
  private final BoltMethods methods;
  private final AtomicInteger active = new AtomicInteger();

  private volatile State state = State.CONNECTING;
  private volatile boolean somebodyWaits;
  private final AtomicLong waitingBytes =
      new AtomicLong(); // of requests before the connection stands
  private volatile Channel channel;

  // the loop's
  private final PendingCalls pending = new PendingCalls();
  private final WaitingCalls waiting = new WaitingCalls();
  private @Nullable DeadlineWheel wheel;
  private @Nullable ClientHeartbeat heartbeat;
  private @Nullable String drainWord; // until it is said
  private @Nullable Callbacks callbacks; // with the first
  private boolean connected;
  private int nextId = 1;
  private String reason = "";

  @SuppressWarnings("NullAway.Init") // the channel comes with connect, before anything is called
  private BoltClientConnection(ConnectSpec spec, Listener listener) {
    super(spec.transports().options(), BoltCounters.of(spec.transports()));
    this.spec = spec;
    this.listener = listener;
    this.methods = BoltMethods.of(spec.transports());
  }

  /** Starts to connect. */
  static BoltClientConnection connect(ConnectSpec spec, Listener listener) {
    BoltClientConnection connection = new BoltClientConnection(spec, listener);
    ChannelFuture connecting = Connector.connect(spec, List.of(), connection);
    connection.channel = connecting.channel();
    connection.attach(connecting.channel());
    connecting.addListener(done -> connection.onConnected(connecting));
    return connection;
  }

  // ---- any thread

  @Override
  public ClientStream newStream(Invocation invocation, ClientStream.Listener streamListener) {
    active.incrementAndGet();
    BoltClientStream stream = new BoltClientStream(this, invocation, streamListener);
    if (!acceptsStreams()) {
      endLater(stream, gone(stream));
    } else if (isFull() && !options.bolt().waitForWriteBuffer()) {
      endLater(stream, overflow());
    }
    return stream;
  }

  private boolean isFull() {
    return queue().isFull() || waitingBytes.get() > mostWaiting();
  }

  /** Whether a request that is sent now must wait for room, or for those that wait before it. */
  @Override
  public boolean mustWait() {
    return options.bolt().waitForWriteBuffer() && (somebodyWaits || isFull());
  }

  /** Takes a call that must wait. */
  @Override
  public void await(BoltClientStream call) {
    onLoop(
        () -> {
          if (call.hasEnded()) {
            return;
          }
          if (!acceptsStreams()) {
            call.end(gone(call));
          } else if (waiting.add(call)) {
            somebodyWaits = true;
            call.expireIn(wheel(channel));
            sendWaiting();
          } else {
            call.end(overflow());
          }
        });
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
    return channel.remoteAddress();
  }

  @Override
  public void drain() {
    onLoop(() -> startDraining("drained by this side"));
  }

  @Override
  public void close() {
    onLoop(() -> close(channel, "closed by this side"));
  }

  /** What requests look like. */
  @Override
  public BoltOptions.Frames frames() {
    return options.bolt().frames();
  }

  @Override
  public BoltMethod method(MethodDescriptor descriptor) {
    return methods.get(descriptor, spec.serialization());
  }

  @Override
  public void endLater(BoltClientStream stream, Outcome outcome) {
    onLoop(() -> stream.end(outcome));
  }

  @Override
  public void cancel(BoltClientStream stream, String why) {
    onLoop(
        () -> {
          if (!stream.hasEnded()) {
            pending.remove(stream.id());
            stream.end(CallFailures.cancelled(stream, why));
          }
        });
  }

  /** What a call ends with that a connection which is gone, or going, does not take. */
  @Override
  public Outcome gone(BoltClientStream stream) {
    String why = reason.isEmpty() ? "connection to " + spec.address() + " takes no calls" : reason;
    return CallFailures.gone(stream, why, connected);
  }

  private Outcome overflow() {
    return CallFailures.overflow(spec.address(), mostWaiting());
  }

  private long mostWaiting() {
    return 4L * options.writeBufferBytes();
  }

  private void onLoop(Runnable task) {
    try {
      channel.eventLoop().execute(task);
    } catch (RejectedExecutionException loopHasEnded) {
      task.run();
    }
  }

  // ---- the loop

  private void onConnected(ChannelFuture done) {
    if (!done.isSuccess()) {
      closed(Connector.reason(spec, done.cause()));
      return;
    }
    if (state == State.CLOSED) {
      return;
    }
    connected = true;
    drainWord = DrainWord.text(channel.localAddress());
    if (state == State.CONNECTING) {
      state = State.READY;
    }
    heartbeat = ClientHeartbeat.start(this, channel, options.bolt());
    listener.onReady();
    waitingBytes.set(0);
    pending.forEach(
        call -> {
          call.refreshTimeout();
          transmit(channel, call);
        });
    channel.flush();
    sendWaiting();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
    sendWaiting();
    super.channelWritabilityChanged(context);
  }

  /** Sends calls that wait, as far as there is room. */
  private void sendWaiting() {
    if (!somebodyWaits || !connected || !channel.isActive()) {
      return;
    }
    boolean written = false;
    while (!isFull()) {
      BoltClientStream call = waiting.poll();
      if (call == null) {
        break;
      }
      call.forget(wheel(channel));
      call.resume(channel);
      written = true;
    }
    somebodyWaits = !waiting.isEmpty();
    if (written) {
      channel.flush();
    }
    if (somebodyWaits && channel.isWritable()) { // the queue alone is full: after its turn
      onLoop(this::sendWaiting);
    }
  }

  private void endWaiting() {
    for (BoltClientStream call = waiting.poll(); call != null; call = waiting.poll()) {
      call.end(gone(call));
    }
    somebodyWaits = false;
  }

  /** Writes a call's request, or keeps it until the connection stands. */
  @Override
  public void write(Channel to, BoltClientStream call) {
    if (call.hasEnded()) {
      call.free(); // cancelled or refused while it was being encoded
      return;
    }
    Deadline deadline = call.deadline();
    if (state == State.CLOSED || (connected && !to.isActive())) {
      call.end(gone(call));
    } else if (deadline.isExpired()) {
      call.end(CallFailures.expired(call, spec.address()));
    } else {
      call.assign(nextId++);
      if (!call.method().isOneWay() || !connected) {
        pending.add(call);
        call.expireIn(wheel(to));
      }
      if (connected) {
        transmit(to, call);
      } else {
        waitingBytes.addAndGet(call.bytes());
      }
    }
  }

  private DeadlineWheel wheel(Channel to) {
    DeadlineWheel known = wheel;
    if (known == null) {
      known = DeadlineWheel.of(to.eventLoop());
      wheel = known;
    }
    return known;
  }

  private void transmit(Channel to, BoltClientStream call) {
    ByteBuf frame = call.takeFrame();
    if (frame == null) {
      return;
    }
    if (drainWord != null) {
      frame = withDrainWord(to, frame, drainWord);
    }
    BoltFrame.sealRequest(frame, frames());
    to.write(frame, to.voidPromise());
    if (call.method().isOneWay()) {
      pending.remove(call.id());
      call.end(Outcome.of(Status.OK));
    }
  }

  private ByteBuf withDrainWord(Channel to, ByteBuf request, String word) {
    int length = request.readableBytes();
    ByteBuf said = DrainWord.add(request, frames(), word, to.alloc());
    drainWord = said.readableBytes() == length ? word : null; // had it no room, the next one has
    return said;
  }

  @Override
  @Nullable String takeDrainWord() {
    String word = drainWord;
    drainWord = null;
    return word;
  }

  @Override
  void onFrame(Channel from, BoltFrame frame) {
    ClientHeartbeat beats = heartbeat;
    if (frame.command() == BoltFrame.HEARTBEAT && frame.type() == BoltFrame.RESPONSE) {
      frame.release();
      if (beats != null) {
        beats.onAnswer();
      }
      return;
    }
    if (beats != null) {
      beats.onRead();
    }
    if (frame.type() == BoltFrame.RESPONSE) {
      BoltClientStream call = pending.remove(frame.id());
      if (call == null) {
        frame.release();
        unawaited(from, frame.id());
      } else {
        if (!BoltStatus.isKnown(frame.timeoutOrStatus())) {
          counters.report(
              BadInput.UNKNOWN_STATUS,
              from,
              "response with status " + frame.timeoutOrStatus() + ": its call fails");
        }
        Responses.deliver(call, frame);
      }
      return;
    }
    if (frame.command() == BoltFrame.CALL) {
      callbacks().onCall(from, frame);
      return;
    }
    frame.release();
    if (frame.command() == BoltFrame.GO_AWAY) {
      startDraining(spec.address() + " asked for no more calls");
    } else if (frame.command() == BoltFrame.HEARTBEAT) {
      Callbacks.answer(from, frame, BoltStatus.SUCCESS);
    }
  }

  private Callbacks callbacks() {
    Callbacks known = callbacks;
    if (known == null) {
      known = new Callbacks(this, this, spec.transports().callbacks());
      callbacks = known;
    }
    return known;
  }

  private void unawaited(Channel from, int id) {
    if (nextId - id > 0) {
      counters.add(BadInput.LATE_REPLY); // its call has ended, by its deadline most likely
    } else {
      counters.report(
          BadInput.UNKNOWN_REPLY, from, "dropping a response to " + id + ", which was not asked");
    }
  }

  @Override
  void onOversized(Channel from, BoltFrame frame) {
    if (frame.type() != BoltFrame.RESPONSE && frame.command() == BoltFrame.CALL) {
      InboundCalls.refuseOversized(from, frame, options.maxMessageBytes());
      return;
    }
    BoltClientStream call = frame.type() == BoltFrame.RESPONSE ? pending.remove(frame.id()) : null;
    if (call != null) {
      Responses.refuseOversized(call, frame, options.maxMessageBytes());
    }
  }

  @Override
  void onBroken(String why) {
    if (reason.isEmpty()) {
      reason = "connection to " + spec.address() + ": " + why;
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    super.channelInactive(context);
    if (connected) {
      closed("connection to " + spec.address() + " was closed by the peer");
    }
  }

  private void closed(String why) {
    if (state == State.CLOSED) {
      return;
    }
    if (reason.isEmpty()) {
      reason = why;
    }
    state = State.CLOSED; // after the reason, which other threads read
    if (heartbeat != null) {
      heartbeat.stop();
    }
    if (callbacks != null) {
      callbacks.cancelAll();
    }
    pending.forEach(
        call -> {
          pending.remove(call.id());
          call.end(gone(call));
        });
    endWaiting();
    waitingBytes.set(0);
    queue().drain();
    listener.onClosed(reason, connected);
  }

  private void startDraining(String why) {
    if (acceptsStreams()) {
      if (reason.isEmpty()) {
        reason = "connection to " + spec.address() + " is draining: " + why;
      }
      state = State.DRAINING;
      listener.onDraining();
      endWaiting();
      closeIfDrained();
    }
  }

  /** A stream has ended. Any thread, the loop but for streams that the loop's end rejected. */
  @Override
  public void onEnded(BoltClientStream stream) {
    if (wheel != null) {
      stream.forget(wheel);
    }
    if (active.decrementAndGet() == 0 && state == State.DRAINING) {
      onLoop(this::closeIfDrained);
    }
  }

  private void closeIfDrained() {
    if (active.get() == 0 && state == State.DRAINING) {
      LOG.debug("closing drained connection to {}", spec.address());
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** Ends a call whose time is up. */
  @Override
  public void expire(BoltClientStream call) {
    pending.remove(call.id());
    if (heartbeat != null) {
      heartbeat.onSuspicion();
    }
    call.end(CallFailures.expired(call, spec.address()));
  }
}
