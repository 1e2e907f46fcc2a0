package io.duomesh.transport.triple;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Dubbo's TripleRequestWrapper: 1 serializeType, 2 args, 3 argTypes. Each argument is a stream of
 * its own.
 *
 * @param serializeType as the peer wrote it; answers repeat it
 * @param arguments slices of the message
 * @param types {@link Class#getName()} forms; without those of Dubbo's stream observers
 */
record WrapperRequest(String serializeType, List<ByteBuf> arguments, List<String> types) {
  private static final String OBSERVER = "org.apache.dubbo.common.stream.StreamObserver";
  private static final int MAX_ARGUMENTS = 255;
  private static final int EXPECTED_BYTES = 512;

  /** Reads a wrapper without copying. */
  static WrapperRequest read(ByteBuf message) throws IOException {
    String[] serializeType = {""};
    List<ByteBuf> arguments = new ArrayList<>(2);
    List<String> types = new ArrayList<>(2);
    WrapperFields.read(
        message,
        (number, value) -> {
          if (arguments.size() > MAX_ARGUMENTS || types.size() > MAX_ARGUMENTS) {
            throw new IOException("more than " + MAX_ARGUMENTS + " arguments");
          }
          switch (number) {
            case 1 -> serializeType[0] = WrapperFields.text(value);
            case 2 -> arguments.add(value);
            case 3 -> types.add(WrapperFields.text(value));
            default -> {}
          }
        });
    if (types.size() == arguments.size() + 1 && types.get(types.size() - 1).equals(OBSERVER)) {
      types.remove(types.size() - 1);
    }
    return new WrapperRequest(serializeType[0], arguments, types);
  }

  /** An argument's bytes. */
  InputStream argument(int index) {
    return new ByteBufInputStream(arguments.get(index).slice());
  }

  /** Writes values one behind the other. */
  interface Values {
    /** Writes value {@code index}. */
    void write(int index, ByteBufOutputStream out) throws IOException;
  }

  /** A wrapper with its prefix. */
  static ByteBuf write(
      ByteBufAllocator allocator, String serializeType, List<String> types, Values values)
      throws IOException {
    int count = types.size();
    int[] ends = new int[count];
    ByteBuf scratch = allocator.heapBuffer(EXPECTED_BYTES);
    try (ByteBufOutputStream out = new ByteBufOutputStream(scratch)) {
      int size = WrapperFields.size(serializeType.length());
      for (int i = 0; i < count; i++) {
        values.write(i, out);
        ends[i] = scratch.writerIndex();
        size += WrapperFields.size(ends[i] - (i == 0 ? 0 : ends[i - 1]));
        size += WrapperFields.size(ByteBufUtil.utf8Bytes(types.get(i)));
      }
      ByteBuf framed = MessageEncoder.framed(allocator, size);
      WrapperFields.write(framed, 1, serializeType);
      for (int end : ends) {
        int length = end - scratch.readerIndex();
        WrapperFields.writeHead(framed, 2, length);
        framed.writeBytes(scratch, length);
      }
      for (String type : types) {
        WrapperFields.write(framed, 3, type);
      }
      return framed;
    } finally {
      scratch.release();
    }
  }
}
