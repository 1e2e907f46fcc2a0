package io.duomesh.transport.serialization;

import com.sun.management.ThreadMXBean;
import io.duomesh.Settings;
import io.duomesh.transport.DamagedInputs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a fuzzer calls with its inputs, see docs/hessian.md. The first byte says how the rest is
 * read: the dialect, whether unknown classes are maps, and what is expected.
 */
public final class HessianFuzzTarget {
  /** Heap that an input may take: a map of two bytes costs some hundred. */
  private static final long FIXED = Long.getLong("duomesh.fuzz.slack", 128 * 1024);

  private static final long PER_BYTE = 256;

  private static final ClassFilter FILTER =
      AllowedClasses.of(
          Settings.of(Map.of()),
          GraphTypes.Base.class,
          Sample.Order.class,
          demo.api.Pojo.class,
          demo.api.BizException.class);
  private static final List<Type> TYPES =
      List.of(
          Object.class,
          GraphTypes.Links.class,
          GraphTypes.Values.class,
          GraphTypes.Arrays.class,
          Sample.Order.class,
          List.class,
          Map.class,
          Set.class,
          Object[].class,
          int[].class,
          String.class,
          long.class,
          Enum.class,
          java.util.Optional.class,
          GraphTypes.Pair.class,
          java.util.TreeMap.class,
          Instant.class,
          BigDecimal.class,
          BigInteger.class,
          java.sql.Date.class,
          double.class,
          short.class,
          char[].class,
          StringBuilder.class,
          Throwable.class,
          java.util.OptionalLong.class,
          java.util.Hashtable.class,
          java.util.Collection.class,
          Class.class,
          java.util.EnumSet.class,
          Character.class,
          GraphTypes.Plain[].class);
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private HessianFuzzTarget() {}

  /** One execution; throws anything but what a reader may throw. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    boolean sofa = (input[0] & 1) == 0;
    ClassFilter filter = (input[0] & 2) == 0 ? FILTER : ClassFilter.othersAsMaps(FILTER);
    Type type = TYPES.get(input[0] >> 2 & 31);
    Object value = null;
    long most = FIXED + PER_BYTE * input.length;
    long taken = Long.MAX_VALUE;
    // more than once, for the first uses of classes and constructors cost more than the later ones
    for (int i = 0; i < 20 && taken > most; i++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      value = read(sofa, input, filter, type);
      taken = THREADS.getCurrentThreadAllocatedBytes() - before;
    }
    if (taken > most) {
      throw new AssertionError(input.length + " bytes took " + taken + " bytes of heap");
    }
    if (value != null) {
      write(sofa, value, filter);
    }
  }

  private static Object read(boolean sofa, byte[] input, ClassFilter filter, Type type) {
    int length = input.length - 1;
    try (HessianReader in =
        sofa
            ? HessianReader.sofa(input, 1, length, filter)
            : HessianReader.hessian2(input, 1, length, filter)) {
      Object value = input[0] < 0 ? in.readOrThrown(type) : in.read(type);
      while (in.hasNext()) {
        in.skip();
      }
      return value;
    } catch (IOException refused) {
      return null;
    }
  }

  private static void write(boolean sofa, Object value, ClassFilter filter) {
    try (HessianWriter out = HessianWriter.open(sofa, OutputStream.nullOutputStream(), filter)) {
      out.write(value);
    } catch (IOException refused) {
      // too deep, or of a class that is only read
    }
  }

  /** Real content to start from. */
  static List<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    for (Object value : CapturedValuesTest.VALUES.values()) {
      seeds.add(seed(true, 0, value));
      seeds.add(seed(false, 0, value));
    }
    for (int i = 0; seeds.size() < 200; i++) {
      Object graph =
          new GraphMaker(i, EnumSet.of(GraphMaker.Feature.BINARY, GraphMaker.Feature.LONG_TEXT))
              .root();
      byte[] seed = seed(i % 2 == 0, i % 4 == 0 ? 1 : 0, graph);
      if (seed.length < 3000) {
        seeds.add(seed);
      }
    }
    seeds.add(seed(true, 4, Sample.Order.of(1)));
    seeds.add(seed(false, 4, Sample.Order.of(1)));
    return seeds;
  }

  private static byte[] seed(boolean sofa, int type, Object value) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(type << 2 | (sofa ? 0 : 1));
    out.writeBytes(Bytes.write(sofa, value));
    return out.toByteArray();
  }

  /** Writes the seeds as files for a fuzzer: {@code java … HessianFuzzTarget directory}. */
  public static void main(String[] arguments) throws IOException {
    DamagedInputs.write(seeds(), arguments[0]);
  }
}
