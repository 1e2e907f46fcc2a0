package io.duomesh;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a caller says about its calls beyond their arguments. Immutable; {@code with…} gives a copy.
 * Unset values are null and leave the decision to the interface's options, then the settings.
 */
public final class CallOptions {
  /** Nothing set. */
  public static final CallOptions DEFAULT =
      new CallOptions(null, null, Metadata.EMPTY, null, new Object[0]);

  private final @Nullable Duration timeout;
  private final @Nullable String target;
  private final Metadata metadata;
  private final @Nullable Executor executor;
  private final Object[] keysAndValues;

  private CallOptions(
      @Nullable Duration timeout,
      @Nullable String target,
      Metadata metadata,
      @Nullable Executor executor,
      Object[] keysAndValues) {
    this.timeout = timeout;
    this.target = target;
    this.metadata = metadata;
    this.executor = executor;
    this.keysAndValues = keysAndValues;
  }

  /** Time for the whole call, retries included; {@link Duration#ZERO} for no limit. */
  public @Nullable Duration timeout() {
    return timeout;
  }

  /** Target of the call instead of the stub's. */
  public @Nullable String target() {
    return target;
  }

  /** Metadata that each request carries. */
  public Metadata metadata() {
    return metadata;
  }

  /**
   * Where results of asynchronous calls are decoded and handed over. A full executor never loses a
   * call: what it rejects runs on the connection's thread. Use {@code Runnable::run} only for
   * callbacks that never block.
   */
  public @Nullable Executor executor() {
    return executor;
  }

  /** The value of an option key, or the key's default. */
  @SuppressWarnings({"unchecked", "ReferenceEquality"})
  public <T> @Nullable T get(Key<T> key) {
    for (int i = 0; i < keysAndValues.length; i += 2) {
      if (keysAndValues[i] == key) {
        return (T) keysAndValues[i + 1];
      }
    }
    return key.defaultValue;
  }

  /** A copy with a timeout; {@link Duration#ZERO} for none. */
  public CallOptions withTimeout(Duration newTimeout) {
    if (newTimeout.isNegative()) {
      throw new IllegalArgumentException(
          "timeout: " + newTimeout + " (expected: zero for none, or more)");
    }
    return new CallOptions(newTimeout, target, metadata, executor, keysAndValues);
  }

  /** A copy with another target. */
  public CallOptions withTarget(String newTarget) {
    return new CallOptions(timeout, newTarget, metadata, executor, keysAndValues);
  }

  /** A copy with one more metadata entry. */
  public CallOptions withMetadata(String name, String value) {
    return new CallOptions(timeout, target, metadata.with(name, value), executor, keysAndValues);
  }

  /** A copy with an executor for asynchronous results. */
  public CallOptions withExecutor(Executor newExecutor) {
    return new CallOptions(timeout, target, metadata, newExecutor, keysAndValues);
  }

  /** A copy with an option set. */
  @SuppressWarnings("ReferenceEquality")
  public <T> CallOptions with(Key<T> key, T value) {
    int at = 0;
    while (at < keysAndValues.length && keysAndValues[at] != key) {
      at += 2;
    }
    Object[] copy = Arrays.copyOf(keysAndValues, Math.max(keysAndValues.length, at + 2));
    copy[at] = key;
    copy[at + 1] = value;
    return new CallOptions(timeout, target, metadata, executor, copy);
  }

  /** These options where they are set, else those of {@code defaults}; metadata of both. */
  public CallOptions orElse(CallOptions defaults) {
    if (defaults == DEFAULT) {
      return this;
    }
    CallOptions merged =
        new CallOptions(
            timeout != null ? timeout : defaults.timeout,
            target != null ? target : defaults.target,
            defaults.metadata.plus(metadata),
            executor != null ? executor : defaults.executor,
            defaults.keysAndValues);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      merged = merged.withRaw(keysAndValues[i], keysAndValues[i + 1]);
    }
    return merged;
  }

  @SuppressWarnings("unchecked")
  private CallOptions withRaw(Object key, Object value) {
    return with((Key<Object>) key, value);
  }

  @Override
  public String toString() {
    return "CallOptions{timeout=" + timeout + ", target=" + target + ", metadata=" + metadata + "}";
  }

  /**
   * An option of one protocol or filter, compared by identity.
   *
   * @param <T> type of its values
   */
  public static final class Key<T> {
    private final String name;
    private final @Nullable T defaultValue;

    private Key(String name, @Nullable T defaultValue) {
      this.name = name;
      this.defaultValue = defaultValue;
    }

    /** A key without default; the name is for debugging. */
    public static <T> Key<T> of(String name) {
      return new Key<>(name, null);
    }

    /** A key with a default. */
    public static <T> Key<T> of(String name, T defaultValue) {
      return new Key<>(name, defaultValue);
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
