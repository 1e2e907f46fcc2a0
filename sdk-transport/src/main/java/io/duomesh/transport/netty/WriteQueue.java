package io.duomesh.transport.netty;

import io.netty.channel.Channel;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The writes of one connection, from any thread: producers append, the event loop drains all of
 * them in one task and flushes once. Allocates nothing per write: commands link to each other
 * (Vyukov's intrusive multi-producer queue).
 *
 * <p>A connection's first handler tells it of reads by {@link #readStarted} and {@link
 * #readCompleted}: what the loop itself writes in between leaves with one flush at the end of the
 * read.
 */
@SuppressWarnings("ReferenceEquality") // commands are links of a list, known by identity
public final class WriteQueue {
  /** Commands per flush, so that a long drain frees its buffers. */
  private static final int FLUSH_EVERY = 128;

  private static final int IDLE = 0;
  private static final int SCHEDULED = 1;
  private static final int DEAD = 2;

  private static final VarHandle TAIL;
  private static final VarHandle NEXT;
  private static final VarHandle STATE;
  private static final VarHandle BYTES;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      TAIL = lookup.findVarHandle(WriteQueue.class, "tail", Command.class);
      STATE = lookup.findVarHandle(WriteQueue.class, "state", int.class);
      BYTES = lookup.findVarHandle(WriteQueue.class, "bytes", long.class);
      NEXT = lookup.findVarHandle(Command.class, "next", Command.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Channel channel;
  private final long readyBytes;
  private final Runnable drain = this::drainTask;
  private final Command stub = new Stub();

  private Command head = stub; // the consumer's
  private volatile Command tail = stub;
  private volatile int state = IDLE;
  private volatile long bytes;
  private boolean inRead; // the loop's
  private boolean unflushed; // the loop's

  /**
   * A queue for a registered channel.
   *
   * @param writeBufferBytes bytes waiting above which {@link #isReady} is false; at four times as
   *     much {@link #isFull} is true
   */
  public WriteQueue(Channel channel, int writeBufferBytes) {
    this.channel = channel;
    this.readyBytes = writeBufferBytes;
  }

  /** Whether a command added now would be written without waiting long. Any thread. */
  public boolean isReady() {
    return bytes < readyBytes && channel.isWritable();
  }

  /** Whether so much waits that new work must be refused. Any thread. */
  public boolean isFull() {
    long waiting = bytes;
    if (!channel.isWritable()) {
      waiting += readyBytes / 2 + channel.bytesBeforeWritable();
    }
    return waiting >= 4 * readyBytes;
  }

  /**
   * Adds a command, to run on the loop; inline if this is the loop within a read and nothing waits.
   * A command may be added again once it has run. If the loop has ended, the command is rejected on
   * this thread.
   */
  public void add(Command command) {
    if (inRead && channel.eventLoop().inEventLoop() && isEmpty()) {
      run(command);
      return;
    }
    command.size = command.bytes();
    BYTES.getAndAdd(this, (long) command.size);
    append(command);
    schedule();
  }

  /** A read has begun. On the loop. */
  public void readStarted() {
    inRead = true;
  }

  /** A read has ended: drains and flushes. On the loop. */
  public void readCompleted() {
    inRead = false;
    drain();
  }

  /** Runs what waits and flushes. On the loop. */
  public void drain() {
    int count = 0;
    for (Command command = poll(); command != null; command = poll()) {
      BYTES.getAndAdd(this, (long) -command.size);
      run(command);
      if (++count % FLUSH_EVERY == 0) {
        flush();
      }
    }
    if (unflushed) {
      flush();
    }
  }

  private void flush() {
    unflushed = false;
    if (channel.isActive()) { // a flush before would make TLS write its first words into nothing
      channel.flush();
    }
  }

  private void run(Command command) {
    unflushed = true;
    try {
      command.run(channel);
    } catch (RuntimeException e) {
      channel.pipeline().fireExceptionCaught(e); // the others must still run
    }
  }

  private void drainTask() {
    state = IDLE; // first: whoever adds from here on schedules anew
    drain();
  }

  private void schedule() {
    if (state == IDLE && STATE.compareAndSet(this, IDLE, SCHEDULED)) {
      try {
        channel.eventLoop().execute(drain);
      } catch (RejectedExecutionException ended) {
        state = DEAD;
      }
    }
    if (state == DEAD) {
      rejectAll();
    }
  }

  private synchronized void rejectAll() {
    for (Command command = poll(); command != null; command = poll()) {
      command.reject();
    }
  }

  private void append(Command command) {
    NEXT.setRelease(command, null);
    Command before = (Command) TAIL.getAndSet(this, command);
    NEXT.setRelease(before, command);
  }

  private boolean isEmpty() {
    return head == stub && tail == stub;
  }

  /** The next command; null if none is there. Spins while a producer is between its two steps. */
  private @Nullable Command poll() {
    Command first = head;
    if (first == stub) {
      if (tail == stub) {
        return null;
      }
      first = await(stub);
      head = first;
    }
    Command second = first.next;
    if (second == null) {
      if (tail == first) {
        append(stub); // so that the last command can be taken out
      }
      second = await(first);
    }
    head = second;
    return first;
  }

  private static Command await(Command command) {
    Command next = command.next;
    while (next == null) {
      Thread.onSpinWait();
      next = command.next;
    }
    return next;
  }

  /** Something to write. One object is in at most one queue, once, at a time. */
  public abstract static class Command {
    private volatile @Nullable Command next;
    private int size;

    /** A command that waits nowhere. */
    protected Command() {}

    /** Bytes that wait with it, about; asked once, when it is added. */
    protected abstract int bytes();

    /** Writes without flushing. On the loop, also when the channel is closed. */
    protected abstract void run(Channel channel);

    /** The loop has ended: frees what waits. */
    protected abstract void reject();
  }

  private static final class Stub extends Command {
    @Override
    protected int bytes() {
      return 0;
    }

    @Override
    protected void run(Channel channel) {}

    @Override
    protected void reject() {}
  }
}
