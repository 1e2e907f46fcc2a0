package io.duomesh.benchmarks;

import com.caucho.hessian.io.Hessian2Input;
import com.caucho.hessian.io.Hessian2Output;
import com.caucho.hessian.io.SerializerFactory;
import io.duomesh.Settings;
import io.duomesh.transport.serialization.AllowedClasses;
import io.duomesh.transport.serialization.ClassFilter;
import io.duomesh.transport.serialization.HessianReader;
import io.duomesh.transport.serialization.HessianWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Values written and read by this codec and by SOFA-Hessian, in the same dialect. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls prepare() first
public class HessianBenchmark {
  private static final ClassFilter FILTER = AllowedClasses.of(Settings.of(Map.of()), Order.class);
  private static final SerializerFactory FACTORY = new SerializerFactory();

  /** What is passed around. */
  @Param({"order", "text1k"})
  public String value;

  private Object object;
  private Class<?> type;
  private byte[] bytes;
  private final ByteArrayOutputStream sink = new ByteArrayOutputStream(4096);

  /** Makes the value and its bytes. */
  @Setup
  public void prepare() throws IOException {
    object = value.equals("order") ? Order.sample() : "x".repeat(1024);
    type = object.getClass();
    sofaWrite();
    bytes = sink.toByteArray();
  }

  /** Writes by this codec. */
  @Benchmark
  public int ourWrite() throws IOException {
    sink.reset();
    try (HessianWriter writer = HessianWriter.sofa(sink, FILTER)) {
      writer.write(object);
    }
    return sink.size();
  }

  /** Reads by this codec. */
  @Benchmark
  public @Nullable Object ourRead() throws IOException {
    try (HessianReader reader = HessianReader.sofa(bytes, 0, bytes.length, FILTER)) {
      return reader.read(type);
    }
  }

  /** Writes by SOFA-Hessian, a stream over a shared factory, as its users do. */
  @Benchmark
  public int sofaWrite() throws IOException {
    sink.reset();
    Hessian2Output out = new Hessian2Output(sink);
    out.setSerializerFactory(FACTORY);
    out.writeObject(object);
    out.flush();
    return sink.size();
  }

  /** Reads by SOFA-Hessian. */
  @Benchmark
  public Object sofaRead() throws IOException {
    Hessian2Input in = new Hessian2Input(new ByteArrayInputStream(bytes));
    in.setSerializerFactory(FACTORY);
    return in.readObject();
  }
}
