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
import io.duomesh.xds.proto.google.rpc.Status.Builder;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ADS stream from its start to its end; a reconnect is a new one. Everything in it happens on
 * the loop. The next message is asked for only after the one before was applied and answered.
 */
abstract class AdsStream implements ClientCall.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(AdsStream.class);
  private static final int INVALID_ARGUMENT = 3;
  private static final int MOST_STRANGERS = 16;
  private static final int LONGEST_REASON = 8 * 1024;

  /** Who keeps the stream; called on the loop. */
  interface Owner {
    /** The server takes what the stream sends: it is there. */
    void opened(AdsStream stream);

    /** The first response has come. */
    void answered();

    /** The stream has ended. */
    void ended(AdsStream stream, Status status);
  }

  final ResourceGraph graph;
  final ScheduledExecutorService loop;
  private final Owner owner;
  private final PerType<NackDelays> answers;
  private final Set<String> strangers = new HashSet<>();
  private @Nullable ClientCall call;
  private boolean responded;
  private volatile boolean ended;

  AdsStream(ResourceGraph graph, Owner owner, ScheduledExecutorService loop) {
    this.graph = graph;
    this.owner = owner;
    this.loop = loop;
    this.answers = new PerType<>(() -> new NackDelays(loop));
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
            owner.opened(this);
          }
        });
  }

  @Override
  public final void onMessage(@Nullable Object message) {
    onLoop(
        () -> {
          if (!ended && message != null) {
            if (!responded) {
              responded = true;
              owner.answered();
            }
            try {
              handle(message);
            } catch (RuntimeException e) {
              fail(e);
            }
          }
        });
  }

  @Override
  public final void onClose(Status status, Metadata trailers) {
    onLoop(
        () -> {
          if (!ended) {
            ended = true;
            owner.ended(this, status);
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
   * Applies an update, answers it and asks for the next message.
   *
   * @param answer sends an ACK, or a NACK where it is given a reason
   */
  final void applyAndAnswer(Update update, Consumer<@Nullable String> answer) {
    NackDelays inOrder = answers.get(update.type());
    inOrder.flush();
    graph
        .apply(update)
        .whenComplete(
            (reason, failure) -> {
              try {
                if (failure != null) {
                  throw new CompletionException(failure);
                }
                inOrder.answer(reason == null, () -> answer.accept(reason));
                if (!ended) {
                  syncAll();
                }
                next();
              } catch (RuntimeException e) {
                fail(e);
              }
            });
  }

  /** What nobody has thought of must not leave a stream that nothing is read from. */
  private void fail(Throwable failure) {
    LOG.error("Response of {} cannot be handled; opening another stream", method().name(), failure);
    if (call != null) {
      call.cancel("a response cannot be handled");
    }
    if (!ended) {
      ended = true;
      owner.ended(this, Status.application(failure));
    }
  }

  /** Says, once for each stream and type, that a response is of no use. */
  final void ignore(String typeUrl) {
    if (strangers.size() < MOST_STRANGERS && strangers.add(typeUrl)) {
      LOG.warn("Responses of type {}, which was not asked for, are ignored", typeUrl);
    }
  }

  static Builder error(String reason) {
    return io.duomesh.xds.proto.google.rpc.Status.newBuilder()
        .setCode(INVALID_ARGUMENT)
        .setMessage(
            reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) : reason);
  }
}
