package io.duomesh.testing;

import io.duomesh.Channel;
import io.duomesh.ClientCall;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.Status;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A control plane whose every word a test says itself, reached through a {@link Channel} without a
 * network. It answers nothing on its own; each stream that a client opens is handed to the test,
 * which takes requests from it and gives it responses. Responses are delivered only as far as the
 * client has asked for messages. May be used by any thread.
 */
public final class ScriptedAdsServer implements Channel {
  private final BlockingQueue<Stream> streams = new LinkedBlockingQueue<>();
  private volatile @Nullable Status refusal;

  /** A server that accepts streams. */
  public ScriptedAdsServer() {}

  /** Ends every new stream at once with a status; null accepts them again. */
  public void refuseStreams(@Nullable Status status) {
    refusal = status;
  }

  /** The next stream that a client has opened; null if there is none within the time. */
  public @Nullable Stream stream(long timeout, TimeUnit unit) throws InterruptedException {
    return streams.poll(timeout, unit);
  }

  /**
   * The next stream that a client has opened already.
   *
   * @throws AssertionError if there is none
   */
  public Stream stream() {
    Stream stream = streams.poll();
    if (stream == null) {
      throw new AssertionError("no stream was opened");
    }
    return stream;
  }

  /** Whether a stream was opened that the test has not taken. */
  public boolean hasStream() {
    return !streams.isEmpty();
  }

  @Override
  public ClientCall newCall(Invocation invocation) {
    return new Stream(invocation);
  }

  /** One stream, as its server sees it. */
  public final class Stream implements ClientCall {
    private final Invocation invocation;
    private final BlockingQueue<Object> requests = new LinkedBlockingQueue<>();
    private final Queue<Object> responses = new ArrayDeque<>();
    private @Nullable Listener listener;
    private int allowed;
    private boolean closed;

    private Stream(Invocation invocation) {
      this.invocation = invocation;
    }

    /** What was called, with its headers. */
    public Invocation invocation() {
      return invocation;
    }

    /** The method's name, such as {@code DeltaAggregatedResources}. */
    public String method() {
      return invocation.method().name();
    }

    /** The next request; null if there is none within the time. */
    public @Nullable Object request(long timeout, TimeUnit unit) throws InterruptedException {
      return requests.poll(timeout, unit);
    }

    /**
     * The next request that has come already.
     *
     * @throws AssertionError if there is none, or it is of another type
     */
    public <T> T request(Class<T> type) {
      Object request = requests.poll();
      if (!type.isInstance(request)) {
        throw new AssertionError("expected a " + type.getSimpleName() + ", got " + request);
      }
      return type.cast(request);
    }

    /** Whether there is a request that the test has not taken. */
    public boolean hasRequest() {
      return !requests.isEmpty();
    }

    /** Gives a response, which is delivered once the client asks for it. */
    public void respond(Object response) {
      synchronized (this) {
        responses.add(response);
      }
      deliver();
    }

    /** How many responses wait for the client to ask for them. */
    public synchronized int undelivered() {
      return responses.size();
    }

    /** Ends the stream from the server's side. */
    public void close(Status status) {
      Listener told;
      synchronized (this) {
        told = closed ? null : listener;
        closed = true;
      }
      if (told != null) {
        told.onClose(status, Metadata.EMPTY);
      }
    }

    /** Whether either side has ended the stream. */
    public synchronized boolean isClosed() {
      return closed;
    }

    private void deliver() {
      while (true) {
        Object next;
        Listener told;
        synchronized (this) {
          told = listener;
          if (closed || allowed == 0 || told == null || responses.isEmpty()) {
            return;
          }
          allowed--;
          next = responses.remove();
        }
        told.onMessage(next);
      }
    }

    @Override
    public void start(Listener newListener) {
      Status status = refusal;
      synchronized (this) {
        listener = newListener;
        closed = status != null;
      }
      if (status == null) {
        streams.add(this);
        newListener.onReady();
      } else {
        newListener.onClose(status, Metadata.EMPTY);
      }
    }

    @Override
    public void request(int messages) {
      synchronized (this) {
        allowed += messages;
      }
      deliver();
    }

    @Override
    public void send(Object message) {
      requests.add(message);
    }

    @Override
    public void halfClose() {}

    @Override
    public void cancel(@Nullable String reason) {
      close(Status.local(Status.Code.CANCELLED, reason == null ? "" : reason));
    }

    @Override
    public synchronized boolean isReady() {
      return !closed;
    }
  }
}
