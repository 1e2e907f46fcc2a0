package io.duomesh.transport.bolt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import io.duomesh.Settings;
import io.duomesh.transport.DamagedInputs;
import io.duomesh.transport.TransportOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a fuzzer calls with its inputs, see docs/bolt.md. The first byte says in what pieces the
 * rest comes.
 */
public final class FrameFuzzTarget {
  /** Heap that an input may take beside its own bytes' worth. */
  private static final long FIXED = 64 * 1024;

  private static final long PER_BYTE = 64;

  static final TransportOptions OPTIONS =
      TransportOptions.of(
          Settings.of(
              Map.of(
                  "duomesh.transport.max-message-size", "1024",
                  "duomesh.transport.max-header-size", "1024")));
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private FrameFuzzTarget() {}

  /** One execution; throws anything but what a reader may throw. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    int piece = piece(input[0]);
    long most = FIXED + PER_BYTE * input.length;
    long taken = Long.MAX_VALUE;
    for (int i = 0; i < 3 && taken > most; i++) { // classes that load take their own
      long before = THREADS.getCurrentThreadAllocatedBytes();
      read(input, piece);
      taken = THREADS.getCurrentThreadAllocatedBytes() - before;
    }
    if (taken > most) {
      throw new AssertionError(input.length + " bytes took " + taken + " bytes of heap");
    }
  }

  /** One byte at a time, and up to all at once. */
  static int piece(byte first) {
    return 1 << (first & 15);
  }

  private static void read(byte[] input, int piece) {
    FrameReader reader = new FrameReader(OPTIONS);
    ByteBuf in = Unpooled.wrappedBuffer(input);
    in.readerIndex(1);
    try {
      for (int end = 1; end < input.length && in.refCnt() == 1; ) {
        end = Math.min(input.length, end + piece);
        in.writerIndex(end);
        for (BoltFrame frame = reader.read(in); frame != null; frame = reader.read(in)) {
          look(frame, reader.excess(frame) != null);
        }
      }
    } catch (MalformedFrameException closesTheConnection) {
      // nothing more is read
    }
    if (in.refCnt() != 1) {
      throw new AssertionError("leaked: " + in.refCnt());
    }
    in.release();
  }

  private static void look(BoltFrame frame, boolean oversized) {
    try {
      if (!oversized) {
        frame.className();
        frame.contentBytes();
        RequestHead.parse(frame.headerBytes()).metadata();
      }
    } catch (HeaderMap.MalformedException refused) {
      // answered with status 18
    } finally {
      frame.release();
    }
  }

  /** Real frames to start from. */
  static List<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    try (@Nullable InputStream in =
        FrameFuzzTarget.class.getResourceAsStream("captured-frames.json")) {
      for (JsonNode each : new ObjectMapper().readTree(in).get("frames")) {
        byte[] frame = RawBolt.hex(each.get("hex").asText());
        if (frame.length < 2000) {
          byte[] seed = new byte[frame.length + 1];
          seed[0] = (byte) (seeds.size() % 16);
          System.arraycopy(frame, 0, seed, 1, frame.length);
          seeds.add(seed);
        }
      }
    }
    return seeds;
  }

  /** Writes the seeds as files for a fuzzer: {@code java … FrameFuzzTarget directory}. */
  public static void main(String[] arguments) throws IOException {
    DamagedInputs.write(seeds(), arguments[0]);
  }
}
