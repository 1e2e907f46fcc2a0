package io.duomesh.transport.serialization;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The objects that a reader has met, by number, and how large each is: how many nodes a walk along
 * its references takes, which sharing makes exponential. Hashing is what walks. What costs more
 * than the bytes that ask for it is bounded here. Confined to one thread.
 */
@SuppressWarnings("ReferenceEquality") // identity is what is meant
final class ReadObjects {
  private static final int KEPT = 8 * 1024;
  private static final long MAX_WEIGHT = Long.MAX_VALUE / 4;
  private static final long MAX_HASHED = 1_000_000;
  private static final int MAX_THROWN = 64;
  private static final int BYTES_OF_A_THROWN = 128;
  private static final Object UNFINISHED = new Object();

  private @Nullable Object[] objects = new Object[16];
  private long[] weights = new long[16];
  private int count;
  private long bytes;
  private long weight;
  private long last;
  private long hashed;
  private long copied;
  private long thrown;

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

  /** Begins an object's own weight; gives that around it back, for {@link #leave}. */
  long enter() {
    long around = weight + 1;
    weight = 1;
    return around;
  }

  void leave(int number, long around) {
    last = weight;
    weights[number] = last;
    weight = Math.min(around + last, MAX_WEIGHT);
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
    boolean endless = known == 0 && (object instanceof Collection || object instanceof Map);
    last = endless ? MAX_WEIGHT : Math.max(known, 1);
    weight = Math.min(weight + last, MAX_WEIGHT);
    return object;
  }

  /**
   * Called before the last value is hashed or compared.
   *
   * @param times how often it is walked: once for its hash, once for each equal hash it meets
   * @throws IOException if that could take unreasonable time
   */
  void walk(int times) throws IOException {
    hashed = Math.min(hashed + Math.min(last * times, MAX_WEIGHT), MAX_WEIGHT);
    if (hashed > MAX_HASHED + bytes) {
      throw new HessianException(
          "Hessian input is refused: hashing its sets and keys would not end");
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
    weight = 0;
    hashed = 0;
    copied = 0;
    thrown = 0;
  }
}
