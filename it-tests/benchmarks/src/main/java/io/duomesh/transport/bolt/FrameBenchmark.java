package io.duomesh.transport.bolt;

import io.duomesh.CallOptions;
import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.ServiceName;
import io.duomesh.Settings;
import io.duomesh.transport.TransportOptions;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A request of 1 KB: its frame written and cut, its header map read. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls prepare() first
public class FrameBenchmark {
  /** Headers of the user's. */
  @Param({"0", "4"})
  public int headers;

  private BoltMethod method;
  private Invocation invocation;
  private byte[] content;
  private ByteBuf encoded;
  private FrameReader reader;
  private BoltFrame frame;
  private byte[] block;
  private final RequestHead.Cache heads = new RequestHead.Cache();

  /** Makes a frame. */
  @Setup(Level.Trial)
  public void prepare() throws MalformedFrameException {
    TransportOptions options = TransportOptions.of(Settings.of(Map.of()));
    MethodDescriptor descriptor =
        MethodDescriptor.of(
            ServiceName.of("io.duomesh.benchmarks.Echo"),
            "echo",
            MethodDescriptor.Type.UNARY,
            new PayloadShape.Bytes());
    method = new BoltMethod(descriptor, Contents.forClient(descriptor, null, options), options);
    Metadata metadata = Metadata.EMPTY;
    for (int i = 0; i < headers; i++) {
      metadata = metadata.with("x-header-" + i, "value of header " + i);
    }
    invocation =
        Invocation.of(
            descriptor, "echo", metadata, CallOptions.DEFAULT, Deadline.after(Duration.ofHours(1)));
    content = new byte[1024];
    encoded = method.encode(invocation, content);
    reader = new FrameReader(options);
    frame = cut(encoded.retainedDuplicate());
    block = frame.headerBytes();
  }

  /** Frees the frame. */
  @TearDown(Level.Trial)
  public void free() {
    frame.release();
    encoded.release();
  }

  /** Writes a request's frame. */
  @Benchmark
  public int encode() {
    ByteBuf out = method.encode(invocation, content);
    int length = out.readableBytes();
    out.release();
    return length;
  }

  /** Cuts it out of the stream. */
  @Benchmark
  public int decode() throws MalformedFrameException {
    encoded.readerIndex(0);
    BoltFrame cut = cut(encoded);
    cut.release();
    return cut.contentLength();
  }

  /** Reads the head of a caller whose headers are those of the call before. */
  @Benchmark
  public Object headAgain() throws HeaderMap.MalformedException {
    return heads.get(frame);
  }

  /** Reads a head that was not met before. */
  @Benchmark
  public Object headAnew() throws HeaderMap.MalformedException {
    return RequestHead.parse(block).metadata();
  }

  private BoltFrame cut(ByteBuf in) throws MalformedFrameException {
    return Objects.requireNonNull(reader.read(in));
  }
}
