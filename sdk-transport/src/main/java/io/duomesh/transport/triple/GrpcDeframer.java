package io.duomesh.transport.triple;

import io.duomesh.Status;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Cuts DATA into gRPC messages: a flag byte, a length of four bytes, the message. A message that
 * came whole is a slice of what was read; one that came in parts is copied once into a buffer that
 * grows with what arrives, never with what was announced.
 *
 * <p>Messages leave only as they are asked for; what is not asked for yet stays here uncut and
 * unreturned to flow control, which bounds it. Confined to its event loop.
 */
@SuppressWarnings("ReferenceEquality") // the buffer itself is meant
final class GrpcDeframer {
  private static final int PREFIX = 5;
  private static final int FIRST_PART = 16 << 10;
  private static final int SMALL_BYTES = 1 << 10;
  private static final int TOGETHER_BYTES = 4 << 10;

  private final int maxBytes;
  private final Sink sink;
  private final ByteBufAllocator allocator;
  private final Deque<ByteBuf> waiting = new ArrayDeque<>(0);
  private @Nullable ByteBuf together; // small ones, the last that waits; owned by the queue
  private @Nullable ByteBuf partial;
  private int prefixRead;
  private int flag;
  private int length;
  private long demand;
  private boolean cutting;
  private boolean ended;
  private boolean closed;

  /** Where messages go. */
  interface Sink {
    /** A message; the receiver owns it. */
    void message(ByteBuf message, boolean compressed);

    /** The peer's side has ended and all its messages are delivered. */
    void end();

    /** Bytes were taken that {@link #accept} had kept waiting. */
    void consumed(int bytes);
  }

  GrpcDeframer(int maxBytes, ByteBufAllocator allocator, Sink sink) {
    this.maxBytes = maxBytes;
    this.allocator = allocator;
    this.sink = sink;
  }

  /**
   * Takes bytes; the caller keeps its reference.
   *
   * @return how many of them flow control may return at once
   */
  int accept(ByteBuf data) throws GrpcFrameException {
    if (closed) {
      return data.readableBytes();
    }
    int taken = 0;
    if (waiting.isEmpty() && !cutting) {
      int before = data.readableBytes();
      cut(data);
      taken = closed ? before : before - data.readableBytes();
    }
    if (!closed && data.isReadable()) {
      keep(data);
    }
    return taken;
  }

  /** Keeps bytes; small ones together, since each would keep all that was read with it. */
  private void keep(ByteBuf data) {
    int size = data.readableBytes();
    if (size > SMALL_BYTES) {
      waiting.add(data.retain());
      return;
    }
    ByteBuf last = together;
    if (last == null || waiting.peekLast() != last || last.writableBytes() < size) {
      last = allocator.buffer(TOGETHER_BYTES, TOGETHER_BYTES);
      together = last;
      waiting.add(last);
    }
    last.writeBytes(data);
  }

  /** Allows more messages to leave. */
  void request(int messages) throws GrpcFrameException {
    demand = Math.min(Integer.MAX_VALUE, demand + messages);
    resume();
  }

  /** No more bytes will come. */
  void end() throws GrpcFrameException {
    ended = true;
    resume();
  }

  /** Frees what is held; nothing leaves any more. */
  void close() {
    closed = true;
    if (partial != null) {
      partial.release();
      partial = null;
    }
    for (ByteBuf data = waiting.poll(); data != null; data = waiting.poll()) {
      int left = data.readableBytes();
      data.release();
      sink.consumed(left);
    }
  }

  private void resume() throws GrpcFrameException {
    if (cutting) {
      return; // asked from within a delivery: the loop that delivers goes on
    }
    while (!closed && demand > 0) {
      ByteBuf data = waiting.peek();
      if (data == null) {
        break;
      }
      int before = data.readableBytes();
      cut(data);
      if (closed) {
        sink.consumed(before - data.readableBytes());
        break;
      }
      int taken = before - data.readableBytes();
      if (!data.isReadable()) {
        waiting.remove();
        data.release();
      }
      sink.consumed(taken);
    }
    if (ended && !closed && waiting.isEmpty()) {
      if (prefixRead > 0) {
        throw new GrpcFrameException(Status.Code.INTERNAL, "stream ended within a message");
      }
      closed = true;
      sink.end();
    }
  }

  private void cut(ByteBuf data) throws GrpcFrameException {
    cutting = true;
    try {
      while (!closed && demand > 0 && data.isReadable()) {
        if (prefixRead < PREFIX) {
          readPrefix(data);
        } else {
          readMessage(data);
        }
      }
    } finally {
      cutting = false;
    }
  }

  private void readPrefix(ByteBuf data) throws GrpcFrameException {
    if (prefixRead == 0 && data.readableBytes() >= PREFIX) {
      flag = data.readUnsignedByte();
      length = data.readInt();
      prefixRead = PREFIX;
    } else if (prefixRead == 0) {
      flag = data.readUnsignedByte();
      length = 0;
      prefixRead = 1;
    } else {
      length = length << 8 | data.readUnsignedByte();
      prefixRead++;
    }
    if (prefixRead < PREFIX) {
      return;
    }
    if ((flag & 0xfe) != 0) {
      throw new GrpcFrameException(
          Status.Code.INTERNAL, "message flag " + flag + " (expected: 0 or 1)");
    }
    if (length < 0 || length > maxBytes) {
      throw GrpcFrameException.tooLarge(length, maxBytes);
    }
    if (length == 0) {
      deliver(data.readRetainedSlice(0));
    }
  }

  private void readMessage(ByteBuf data) {
    ByteBuf part = partial;
    if (part == null) {
      if (data.readableBytes() >= length) {
        deliver(data.readRetainedSlice(length));
        return;
      }
      int start = Math.min(length, Math.max(FIRST_PART, data.readableBytes()));
      part = allocator.buffer(start, length);
      partial = part;
    }
    part.writeBytes(data, Math.min(data.readableBytes(), length - part.readableBytes()));
    if (part.readableBytes() == length) {
      partial = null;
      deliver(part);
    }
  }

  private void deliver(ByteBuf message) {
    prefixRead = 0;
    if (demand != Integer.MAX_VALUE) {
      demand--;
    }
    sink.message(message, flag == 1);
  }
}
