package io.duomesh.xds;

import io.duomesh.CallOptions;
import io.duomesh.Channel;
import io.duomesh.ClientCall;
import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.ServiceName;
import io.duomesh.Status;
import io.duomesh.xds.proto.envoy.config.core.v3.Node;
import io.duomesh.xds.proto.google.rpc.Status.Builder;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One ADS stream from its start to its end; a reconnect is a new one. Everything in it happens on
 * the loop. The next message is asked for only after the one before was applied and answered.
 */
abstract class AdsStream implements ClientCall.Listener {
  private static final int INVALID_ARGUMENT = 3;
  private static final int LONGEST_REASON = 8 * 1024;
  private static final Duration FIRST_NACK_DELAY = Duration.ofSeconds(1);
  private static final Duration LONGEST_NACK_DELAY = Duration.ofSeconds(30);

  /** What a stream needs of its client; called on the loop. */
  interface Client {
    /** Who asks. */
    Node node();

    /** The names wanted of a type; {@code *} for all; empty for nothing. */
    Set<String> wanted(ResourceType type);

    /** Names whose resources were dropped since this was last asked, wanted again or not. */
    Set<String> forgotten(ResourceType type);

    /** What the server calls itself; may be empty. */
    void controlPlane(String identifier);

    /** Versions of the resources that a server on this control plane gave us, by name. */
    Map<String, String> versions(ResourceType type);

    /** Names were asked for just now. */
    void asked(ResourceType type, Set<String> names);

    /** Applies a response; completes on the loop with why it is refused, or null. */
    CompletionStage<@Nullable String> apply(Update update);

    /** The server takes what the stream sends: it is there. */
    void opened(AdsStream stream);

    /** The stream has ended. */
    void ended(AdsStream stream, Status status);
  }

  final Client client;
  final ScheduledExecutorService loop;
  private final PerType<Integer> nacks = new PerType<>(() -> 0);
  private final PerType<Runnable> lateNacks = new PerType<>(() -> () -> {});
  private @Nullable ClientCall call;
  private boolean responded;
  private volatile boolean ended;

  AdsStream(Client client, ScheduledExecutorService loop) {
    this.client = client;
    this.loop = loop;
  }

  /** A method of the discovery service. */
  static MethodDescriptor method(String name, Class<?> request, Class<?> response) {
    return MethodDescriptor.of(
        ServiceName.of("envoy.service.discovery.v3.AggregatedDiscoveryService"),
        name,
        MethodDescriptor.Type.BIDI_STREAMING,
        new PayloadShape.Message(request, response));
  }

  /** The method that it calls. */
  abstract MethodDescriptor method();

  /** Sends what changed in the names wanted of a type; on the first time all of them. */
  abstract void sync(ResourceType type);

  /** Handles a response; must call {@link #next} in the end. */
  abstract void handle(Object message);

  final void start(Channel channel, String authority, Metadata metadata) {
    CallOptions options = CallOptions.DEFAULT.withTimeout(Duration.ZERO);
    ClientCall started =
        channel.newCall(Invocation.of(method(), authority, metadata, options, Deadline.NONE));
    call = started;
    started.start(this);
    started.request(1);
    syncAll();
  }

  final void syncAll() {
    for (ResourceType type : ResourceType.values()) {
      sync(type);
    }
  }

  final void cancel(String reason) {
    ended = true;
    if (call != null) {
      call.cancel(reason);
    }
  }

  /** Whether the server can be said to have been asked. */
  final boolean isOpen() {
    return !ended && (responded || call != null && call.isReady());
  }

  /** Whether anything was received. */
  final boolean responded() {
    return responded;
  }

  final boolean hasEnded() {
    return ended;
  }

  final void send(Object request) {
    if (!ended && call != null) {
      call.send(request);
    }
  }

  final void next() {
    if (!ended && call != null) {
      call.request(1);
    }
  }

  @Override
  public final void onReady() {
    onLoop(
        () -> {
          if (!ended) {
            client.opened(this);
          }
        });
  }

  @Override
  public final void onMessage(@Nullable Object message) {
    onLoop(
        () -> {
          if (!ended && message != null) {
            responded = true;
            handle(message);
          }
        });
  }

  @Override
  public final void onClose(Status status, Metadata trailers) {
    onLoop(
        () -> {
          if (!ended) {
            ended = true;
            client.ended(this, status);
          }
        });
  }

  private void onLoop(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      // The client was closed, and with it the stream.
      ended = true;
    }
  }

  /**
   * Applies an update, answers it and asks for the next message. A server that repeats what was
   * refused is answered ever later, so that the two do not spin.
   *
   * @param answer sends an ACK, or a NACK where it is given a reason
   */
  final void applyAndAnswer(Update update, Consumer<@Nullable String> answer) {
    lateNacks.get(update.type()).run();
    client
        .apply(update)
        .thenAccept(
            reason -> {
              int before = nacks.get(update.type());
              nacks.set(update.type(), reason == null ? 0 : before + 1);
              if (reason == null || before == 0) {
                answer.accept(reason);
              } else {
                long delay =
                    Math.min(
                        FIRST_NACK_DELAY.toMillis() << Math.min(before - 1, 5),
                        LONGEST_NACK_DELAY.toMillis());
                AtomicBoolean sent = new AtomicBoolean();
                Runnable late =
                    () -> {
                      if (sent.compareAndSet(false, true)) {
                        answer.accept(reason);
                      }
                    };
                // Sent early if another response of the type comes, so that answers keep their
                // order.
                lateNacks.set(update.type(), late);
                loop.schedule(late, delay, TimeUnit.MILLISECONDS);
              }
              if (!ended) {
                syncAll();
              }
              next();
            });
  }

  static Builder error(String reason) {
    return io.duomesh.xds.proto.google.rpc.Status.newBuilder()
        .setCode(INVALID_ARGUMENT)
        .setMessage(
            reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) : reason);
  }
}
