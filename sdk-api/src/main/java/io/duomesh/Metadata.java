package io.duomesh;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Headers or trailers of a call: an ordered list of names and values. Immutable. Names keep the
 * case that they were given in and are looked up without regard to it; a name may repeat.
 *
 * <p>Names that end in {@code -bin} carry bytes as base64 text, as in gRPC; {@link #binary} and
 * {@link Builder#add(String, byte[])} convert. Names that a protocol keeps for itself ({@code :…},
 * {@code grpc-…}, {@code tri-…}, {@code sofa_head_…}) are written by the protocols from typed
 * options; those given here are not sent.
 */
public final class Metadata {
  /** No entries. */
  public static final Metadata EMPTY = new Metadata(new String[0]);

  private final String[] entries;

  private Metadata(String[] entries) {
    this.entries = entries;
  }

  /**
   * Metadata of the given names and values in turn.
   *
   * @throws IllegalArgumentException if the count is odd
   */
  public static Metadata of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException(
          "names and values: " + namesAndValues.length + " strings (expected: an even number)");
    }
    return namesAndValues.length == 0 ? EMPTY : new Metadata(namesAndValues.clone());
  }

  /** A builder without entries. */
  public static Builder builder() {
    return new Builder();
  }

  /** The number of entries, repeats counted. */
  public int size() {
    return entries.length / 2;
  }

  /** Whether there is no entry. */
  public boolean isEmpty() {
    return entries.length == 0;
  }

  /** The name of entry {@code index}, in the case it was given in. */
  public String name(int index) {
    return entries[2 * index];
  }

  /** The value of entry {@code index}. */
  public String value(int index) {
    return entries[2 * index + 1];
  }

  /** The first value of {@code name}, or null. */
  public @Nullable String get(String name) {
    for (int i = 0; i < entries.length; i += 2) {
      if (entries[i].equalsIgnoreCase(name)) {
        return entries[i + 1];
      }
    }
    return null;
  }

  /** All values of {@code name}, in order. */
  public List<String> all(String name) {
    List<String> values = new ArrayList<>(2);
    for (int i = 0; i < entries.length; i += 2) {
      if (entries[i].equalsIgnoreCase(name)) {
        values.add(entries[i + 1]);
      }
    }
    return values;
  }

  /**
   * The first value of a {@code -bin} name as bytes, or null.
   *
   * @throws IllegalArgumentException if the value is not base64
   */
  public byte @Nullable [] binary(String name) {
    String value = get(name);
    return value == null ? null : Base64.getDecoder().decode(value);
  }

  /** This metadata with one more entry at its end. */
  public Metadata with(String name, String value) {
    String[] longer = Arrays.copyOf(entries, entries.length + 2);
    longer[entries.length] = name;
    longer[entries.length + 1] = value;
    return new Metadata(longer);
  }

  /** This metadata followed by the entries of {@code other}. */
  public Metadata plus(Metadata other) {
    if (other.isEmpty()) {
      return this;
    }
    if (isEmpty()) {
      return other;
    }
    String[] longer = Arrays.copyOf(entries, entries.length + other.entries.length);
    System.arraycopy(other.entries, 0, longer, entries.length, other.entries.length);
    return new Metadata(longer);
  }

  /** This metadata without any entry of {@code name}. */
  public Metadata without(String name) {
    if (get(name) == null) {
      return this;
    }
    Builder builder = new Builder();
    forEach(
        (n, v) -> {
          if (!n.equalsIgnoreCase(name)) {
            builder.add(n, v);
          }
        });
    return builder.build();
  }

  /** Passes each entry in order. */
  public void forEach(BiConsumer<String, String> entry) {
    for (int i = 0; i < entries.length; i += 2) {
      entry.accept(entries[i], entries[i + 1]);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Metadata that && Arrays.equals(entries, that.entries);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(entries);
  }

  /** The names and values; for debugging only, since values may be secret. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    forEach((n, v) -> text.append(text.length() > 1 ? ", " : "").append(n).append('=').append(v));
    return text.append('}').toString();
  }

  /** Collects entries in order. Not safe for use by several threads. */
  public static final class Builder {
    private String[] entries = new String[8];
    private int length;

    private Builder() {}

    /** Adds an entry; earlier ones of the same name stay. */
    public Builder add(String name, String value) {
      if (length == entries.length) {
        entries = Arrays.copyOf(entries, length * 2);
      }
      entries[length++] = name;
      entries[length++] = value;
      return this;
    }

    /**
     * Adds bytes as base64 without padding.
     *
     * @throws IllegalArgumentException if the name does not end in {@code -bin}
     */
    public Builder add(String name, byte[] value) {
      if (!name.endsWith("-bin")) {
        throw new IllegalArgumentException(
            "binary metadata: " + name + " (expected: a name ending in -bin)");
      }
      byte[] text = Base64.getEncoder().withoutPadding().encode(value);
      return add(name, new String(text, StandardCharsets.US_ASCII));
    }

    /** Adds every entry of {@code metadata}. */
    public Builder addAll(Metadata metadata) {
      metadata.forEach(this::add);
      return this;
    }

    /** The entries so far. */
    public Metadata build() {
      return length == 0 ? EMPTY : new Metadata(Arrays.copyOf(entries, length));
    }
  }
}
