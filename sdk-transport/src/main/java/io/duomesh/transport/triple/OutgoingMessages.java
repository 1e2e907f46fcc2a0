package io.duomesh.transport.triple;

import io.duomesh.transport.netty.WriteQueue;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The messages of a side that sends many, on their way from the sender's thread through the
 * connection's write queue to flow control. Owns each encoded message until flow control takes it;
 * those sent before the stream is open wait here. Says to any thread whether more may be sent
 * without their piling up; all else happens on the loop.
 */
final class OutgoingMessages {
  private static final int READY_BYTES = 64 << 10;

  private final WriteQueue queue;
  private final Sink sink;
  private final Deque<Message> early = new ArrayDeque<>(0);
  private final AtomicInteger queued = new AtomicInteger();
  private volatile boolean writable;
  private boolean open;
  private boolean closed;

  /** Where the messages go; called on the loop. */
  interface Sink {
    /**
     * Writes a message, which it owns from then on.
     *
     * @param end whether the sender's side ends with it; then it is empty
     */
    void write(ByteBuf message, boolean end);

    /** More may be sent. */
    void ready();

    /** Messages wait for a stream that is not open yet; so many bytes in all. */
    default void waiting(int bytes) {}

    /** The loop has ended. Any thread. */
    void rejected();
  }

  OutgoingMessages(WriteQueue queue, Sink sink) {
    this.queue = queue;
    this.sink = sink;
  }

  /** Whether a message sent now would not wait long. Any thread. */
  boolean isReady() {
    return writable && queued.get() < READY_BYTES;
  }

  /** Sends a message, and owns it from here; with {@code end} an empty one. Any thread. */
  void send(ByteBuf message, boolean end) {
    Message command = new Message(message, end);
    queued.addAndGet(command.size);
    queue.add(command);
  }

  /** The stream is open: what waits for it leaves, and more may come. */
  void open(boolean nowWritable) {
    open = true;
    writable = nowWritable;
    for (Message next = early.poll(); next != null; next = early.poll()) {
      next.leave();
    }
    if (!closed && isReady()) {
      sink.ready();
    }
  }

  /** What flow control says of the stream. */
  void writable(boolean now) {
    boolean before = isReady();
    writable = now;
    if (!closed && !before && isReady()) {
      sink.ready();
    }
  }

  /** The call is over: nothing leaves any more. */
  void close() {
    closed = true;
    writable = false;
    for (Message next = early.poll(); next != null; next = early.poll()) {
      next.message.release();
    }
  }

  private final class Message extends WriteQueue.Command {
    private final ByteBuf message;
    private final boolean end;
    private final int size;

    Message(ByteBuf message, boolean end) {
      this.message = message;
      this.end = end;
      this.size = message.readableBytes();
    }

    @Override
    protected int bytes() {
      return size;
    }

    @Override
    protected void run(Channel channel) {
      if (open || closed) {
        leave();
      } else {
        early.add(this); // still counted, so that the sender sees that it is not ready
        sink.waiting(queued.get());
      }
    }

    private void leave() {
      if (closed) {
        message.release();
        return;
      }
      sink.write(message, end);
      if (queued.getAndAdd(-size) >= READY_BYTES && isReady() && !closed) {
        sink.ready();
      }
    }

    @Override
    protected void reject() {
      message.release();
      sink.rejected();
    }
  }
}
