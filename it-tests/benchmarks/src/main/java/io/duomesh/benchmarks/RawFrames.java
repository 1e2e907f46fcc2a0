package io.duomesh.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Cuts frames of bare Netty: length, request id, bytes. */
abstract class RawFrames extends ByteToMessageDecoder {
  private final Executor executor;
  private final boolean hop;
  private @Nullable Channel channel;

  RawFrames(Executor executor, boolean hop) {
    this.executor = executor;
    this.hop = hop;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel = context.channel();
  }

  abstract void onFrame(int id, byte[] bytes);

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (in.readableBytes() < 8) {
      return;
    }
    int length = in.getInt(in.readerIndex());
    if (in.readableBytes() < 8 + length) {
      return;
    }
    int id = in.getInt(in.readerIndex() + 4);
    byte[] bytes = new byte[length];
    in.skipBytes(8).readBytes(bytes);
    if (hop) {
      executor.execute(() -> onFrame(id, bytes));
    } else {
      onFrame(id, bytes);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) throws Exception {
    super.channelReadComplete(context);
    if (!hop) {
      context.flush();
    }
  }

  /** Writes a frame; within a read without flushing. */
  final void write(int id, byte[] bytes) {
    Channel to = channel;
    if (to == null) {
      throw new IllegalStateException("not connected");
    }
    ByteBuf frame = to.alloc().directBuffer(8 + bytes.length);
    frame.writeInt(bytes.length).writeInt(id).writeBytes(bytes);
    if (!hop && to.eventLoop().inEventLoop()) {
      to.write(frame, to.voidPromise());
    } else {
      to.writeAndFlush(frame, to.voidPromise());
    }
  }

  /** Echoes. */
  static final class Server extends RawFrames {
    Server(Executor executor, boolean hop) {
      super(executor, hop);
    }

    @Override
    void onFrame(int id, byte[] bytes) {
      write(id, bytes);
    }
  }

  /** Calls. */
  static final class Client extends RawFrames {
    private final Map<Integer, BiConsumer<@Nullable Object, @Nullable Throwable>> waiting =
        new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();

    Client(Executor executor, boolean hop) {
      super(executor, hop);
    }

    void call(byte[] bytes, BiConsumer<@Nullable Object, @Nullable Throwable> done) {
      int id = ids.incrementAndGet();
      waiting.put(id, done);
      write(id, bytes);
    }

    @Override
    void onFrame(int id, byte[] bytes) {
      BiConsumer<@Nullable Object, @Nullable Throwable> done = waiting.remove(id);
      if (done != null) {
        done.accept(bytes, null);
      }
    }
  }
}
