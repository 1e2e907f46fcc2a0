package io.duomesh.transport.serialization;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The objects that a reader has met, by number, and how large each is: how many nodes a walk along
 * its references takes, which sharing makes exponential. Hashing is what walks; it stops at objects
 * that keep {@link Object#hashCode}. What costs more than the bytes that ask for it is bounded
 * here. Confined to one thread.
 */
@SuppressWarnings("ReferenceEquality") // identity is what is meant
final class ReadObjects {
  private static final int KEPT = 8 * 1024;
  private static final long MAX_WEIGHT = 1L << 60;

  /** In a weight: a part of it is of an object not complete yet, whose hash may not reach there. */
  private static final long UNSURE = 1L << 62;

  private static final long MAX_HASHED = 250_000;
  private static final int HASHED_OF_A_BYTE = 4;
  private static final long MAX_NANOS = 200_000_000;
  private static final int NANOS_OF_A_BYTE = 200;
  private static final int COMMON_DIGITS = 64;
  private static final int DIGITS_SQUARED_OF_A_STEP = 256;
  private static final int MAX_THROWN = 64;
  private static final int BYTES_OF_A_THROWN = 256;
  private static final Object UNFINISHED = new Object();

  private @Nullable Object[] objects = new Object[16];
  private long[] weights = new long[16];
  private int count;
  private final int[] open = new int[HessianWriter.MAX_DEPTH];
  private final long[] around = new long[HessianWriter.MAX_DEPTH];
  private int depth;
  private long bytes;
  private long weight;
  private long last;
  private long hashed;
  private long unsure;
  private long deadline;
  private long comparison;
  private long copied;
  private long thrown;
  private int unknown;

  void begin(int size) {
    bytes = size;
  }

  /** A scalar has been read. */
  void scalar() {
    weight++;
    last = 1;
  }

  /** The number of an object that begins here. */
  int add() {
    int number = count++;
    if (number == objects.length) {
      objects = Arrays.copyOf(objects, number * 2);
      weights = Arrays.copyOf(weights, number * 2);
    }
    objects[number] = UNFINISHED;
    weights[number] = 0;
    return number;
  }

  void set(int number, @Nullable Object object) {
    objects[number] = object;
  }

  /**
   * Begins an object's own weight.
   *
   * @param isOpaque whether its hash says nothing of its fields
   */
  void enter(int number, boolean isOpaque) {
    if (depth > 0 && weights[open[depth - 1]] <= 0) {
      weights[open[depth - 1]] = -weight; // what it has so far
    }
    open[depth] = number;
    around[depth++] = weight + 1;
    weights[number] = isOpaque ? 1 : -1;
    weight = 1;
  }

  /** Ends what was begun last. */
  void leave() {
    int number = open[--depth];
    last = weights[number] > 0 ? weights[number] : weight;
    weights[number] = last;
    weight = around[depth];
    add(last);
  }

  private void add(long more) {
    long sum = Math.min((weight & ~UNSURE) + (more & ~UNSURE), MAX_WEIGHT);
    weight = sum | (weight | more) & UNSURE;
  }

  @Nullable Object get(long number) throws IOException {
    if (number < 0 || number >= count) {
      throw new HessianException("Hessian input refers to object " + number + " of " + count);
    }
    Object object = objects[(int) number];
    if (object == UNFINISHED) {
      throw new HessianException(
          "Hessian input refers to a record or value that is not complete yet: "
              + "only plain classes and collections can be part of a cycle");
    }
    long known = weights[(int) number];
    if (known > 0) {
      last = known;
    } else if (object instanceof Collection || object instanceof Map) {
      last = MAX_WEIGHT; // its hash would not end
    } else {
      last = -known | UNSURE;
    }
    add(last);
    return object;
  }

  /** How many nodes a walk over the last value takes. */
  long last() {
    return last & ~UNSURE;
  }

  /**
   * Called before the last value is hashed or compared.
   *
   * @param times how often it is walked: once for its hash, once for each equal hash it meets
   * @throws IOException if that could take unreasonable time
   */
  void walk(int times) throws IOException {
    long steps = Math.min((last & ~UNSURE) * times, MAX_WEIGHT);
    if ((last & UNSURE) == 0 || steps > most()) {
      spend(steps);
      return;
    }
    unsure += steps;
    if (unsure > most()) { // as with many children in a set that know their parent: time will tell
      long now = System.nanoTime();
      deadline = deadline == 0 ? now + MAX_NANOS + NANOS_OF_A_BYTE * bytes : deadline;
      if (now - deadline > 0) {
        throw tooLong();
      }
    }
  }

  private long most() {
    return MAX_HASHED + HASHED_OF_A_BYTE * bytes;
  }

  private void spend(long steps) throws IOException {
    hashed = Math.min(hashed + steps, MAX_WEIGHT);
    if (hashed > most()) {
      throw tooLong();
    }
  }

  private static IOException tooLong() {
    return new HessianException(
        "Hessian input is refused: hashing its sets and keys would not end");
  }

  /** A decimal has been read. */
  void addDecimal(BigDecimal read) {
    long digits = Math.max(read.precision(), Math.abs((long) read.scale()));
    if (digits > COMMON_DIGITS) {
      comparison = Math.max(comparison, digits * digits / DIGITS_SQUARED_OF_A_STEP);
    }
  }

  /** Called before a value is sorted in: large decimals are multiplied to be compared. */
  void compare() throws IOException {
    if (comparison > 0) {
      spend(comparison);
    }
  }

  /**
   * Called before an object met again is copied into one of another type, which a few bytes ask
   * for.
   */
  void copy(int elements) throws IOException {
    copied += elements;
    if (copied > bytes) {
      throw new HessianException(
          "Hessian input is refused: it refers too often to a large value as one of another type");
    }
  }

  /** A class is not there, which was looked for. */
  void addUnknown(int most) throws IOException {
    if (++unknown > most) {
      throw new HessianException("Hessian input is refused: it names too many unknown classes");
    }
  }

  /** Called before an exception is made, which takes the stack that it is made on. */
  void addThrown() throws IOException {
    if (++thrown > MAX_THROWN + bytes / BYTES_OF_A_THROWN) {
      throw new HessianException("Hessian input is refused: it holds too many exceptions");
    }
  }

  void clear() {
    if (objects.length > KEPT) {
      objects = new Object[16];
      weights = new long[16];
    } else {
      Arrays.fill(objects, 0, count, null);
    }
    count = 0;
    depth = 0;
    weight = 0;
    hashed = 0;
    unsure = 0;
    deadline = 0;
    comparison = 0;
    unknown = 0;
    copied = 0;
    thrown = 0;
  }
}
