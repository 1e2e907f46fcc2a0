package io.duomesh.runtime;

import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.Outcome;
import io.duomesh.transport.Payload;
import io.duomesh.transport.TransportFactory;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A transport whose servers are functions, so that a test can make any outcome happen. */
public final class LoopTransport implements TransportFactory {
  private static final ConcurrentHashMap<String, Server> SERVERS = new ConcurrentHashMap<>();
  private static final ConcurrentHashMap<String, CountDownLatch> HELD = new ConcurrentHashMap<>();
  private static final Set<String> REFUSING = ConcurrentHashMap.newKeySet();
  private static final Set<Connection> CONNECTIONS = ConcurrentHashMap.newKeySet();

  /** A server: answers a request, or null to stay silent. */
  interface Server {
    @Nullable Reply reply(Invocation invocation, Object request);
  }

  /** An answer. */
  record Reply(Outcome outcome, @Nullable Object message) {
    static Reply ok(@Nullable Object message) {
      return new Reply(new Outcome(Status.OK, Metadata.EMPTY, 200, false, true), message);
    }

    static Reply failed(Status status) {
      return new Reply(Outcome.of(status), null);
    }
  }

  /** What each server was asked, and what goes wrong with its connections. */
  static void serve(String address, Server server) {
    SERVERS.put(address, server);
  }

  /** Lets connections to an address wait. */
  static void hold(String address) {
    HELD.put(address, new CountDownLatch(1));
  }

  /** Lets those that wait go on. */
  static void release(String address) {
    CountDownLatch held = HELD.remove(address);
    if (held != null) {
      held.countDown();
    }
  }

  /** A server that takes connections and refuses every stream as it is opened. */
  static void refuse(String address) {
    REFUSING.add(address);
    serve(address, (invocation, request) -> null);
  }

  /** Connections to an address that nobody has closed. */
  static long connections(String address) {
    return CONNECTIONS.stream().filter(each -> each.address.equals(address)).count();
  }

  static void stop(String address) {
    SERVERS.remove(address);
    release(address);
    REFUSING.remove(address);
  }

  @Override
  public String name() {
    return "loop";
  }

  @Override
  public ClientTransport connect(ConnectSpec spec, ClientTransport.Listener listener) {
    return new Connection(spec.address(), listener);
  }

  private static final class Connection implements ClientTransport {
    private final String address;
    private final Listener listener;
    private final ExecutorService loop =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "loop");
              thread.setDaemon(true);
              return thread;
            });
    private final ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "loop-timer");
              thread.setDaemon(true);
              return thread;
            });
    private final Set<Stream> open = ConcurrentHashMap.newKeySet();
    private volatile boolean ready;
    private volatile boolean draining;
    private volatile boolean closed;

    Connection(String address, Listener listener) {
      this.address = address;
      this.listener = listener;
      CONNECTIONS.add(this);
      loop.execute(this::connect);
    }

    private void connect() {
      CountDownLatch held = HELD.get(address);
      if (held != null) {
        try {
          held.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      if (SERVERS.containsKey(address)) {
        ready = true;
        listener.onReady();
      } else {
        closed = true;
        CONNECTIONS.remove(this);
        listener.onClosed("refused", false);
      }
    }

    @Override
    public ClientStream newStream(Invocation invocation, ClientStream.Listener streamListener) {
      return new Stream(invocation, streamListener);
    }

    @Override
    public int activeStreams() {
      return open.size();
    }

    @Override
    public boolean acceptsStreams() {
      return !draining && !closed;
    }

    @Override
    public boolean isReady() {
      return ready && !closed;
    }

    @Override
    public @Nullable SocketAddress peer() {
      return null;
    }

    @Override
    public void drain() {
      draining = true;
      listener.onDraining();
    }

    @Override
    public void close() {
      closed = true;
      CONNECTIONS.remove(this);
      open.forEach(
          stream ->
              stream.end(
                  Outcome.of(
                      Status.transport(Status.Code.UNAVAILABLE, "closed")
                          .withFlag(ResponseFlag.UC)),
                  null));
      listener.onClosed("closed", ready);
      loop.shutdown();
      timer.shutdownNow();
    }

    private final class Stream implements ClientStream {
      private final Invocation invocation;
      private final Listener streamListener;
      private final AtomicBoolean ended = new AtomicBoolean();

      Stream(Invocation invocation, Listener streamListener) {
        this.invocation = invocation;
        this.streamListener = streamListener;
        open.add(this);
        if (REFUSING.contains(address)) {
          loop.execute(this::refuse);
        }
        if (!invocation.deadline().isNone()) {
          timer.schedule(
              () ->
                  end(
                      Outcome.of(
                          Status.transport(Status.Code.DEADLINE_EXCEEDED, "late")
                              .withFlag(ResponseFlag.UT)),
                      null),
              Math.max(0, invocation.deadline().remainingNanos()),
              TimeUnit.NANOSECONDS);
        }
      }

      private void refuse() {
        end(
            Outcome.of(
                Status.transport(Status.Code.UNAVAILABLE, "no streams today")
                    .withUnprocessed(true)),
            null);
      }

      @Override
      public void send(Object message) {
        loop.execute(
            () -> {
              Server server = SERVERS.get(address);
              if (closed || server == null) {
                end(
                    Outcome.of(
                        Status.transport(Status.Code.UNAVAILABLE, "refused")
                            .withFlag(ResponseFlag.UF)
                            .withUnprocessed(true)),
                    null);
                return;
              }
              Reply reply = server.reply(invocation, message);
              if (reply != null) {
                end(reply.outcome(), reply.outcome().status().isOk() ? payload(reply) : null);
              }
            });
      }

      private Payload payload(Reply reply) {
        return new Payload() {
          @Override
          public @Nullable Object read() {
            return reply.message();
          }

          @Override
          public void discard() {}
        };
      }

      private void end(Outcome outcome, @Nullable Payload payload) {
        if (ended.compareAndSet(false, true)) {
          open.remove(this);
          if (payload != null) {
            streamListener.onMessage(payload);
          }
          streamListener.onClose(outcome);
        }
      }

      @Override
      public void halfClose() {}

      @Override
      public void request(int messages) {}

      @Override
      public void cancel(@Nullable String reason) {
        end(Outcome.of(Status.transport(Status.Code.CANCELLED, "cancelled")), null);
      }

      @Override
      public boolean isReady() {
        return true;
      }
    }
  }
}
