package io.duomesh.xds;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the configuration of one kind of HTTP filter: from an Envoy message to an immutable value,
 * whose class selects the {@link io.duomesh.spi.FilterFactory} that the runtime makes the filter
 * with. Found by {@link java.util.ServiceLoader}; two for one type are an error.
 *
 * <p>Called on the thread of the configuration source, for filters of a listener as well as for
 * their per-route configuration. Must not block, and must give equal values for equal bytes.
 */
public interface XdsFilterParser {
  /**
   * The messages it reads, by full name without the {@code type.googleapis.com/} in front, such as
   * {@code envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit}.
   */
  Set<String> types();

  /**
   * Reads a message.
   *
   * @param type full name of the message
   * @param message its bytes
   * @param optional whether the configuration may be left out where it is not understood
   * @return an immutable value with {@code equals}; null where it asks for nothing
   * @throws IllegalArgumentException saying what is wrong; the resource is then refused
   */
  @Nullable Object parse(String type, byte[] message, boolean optional);

  /**
   * Reads a message that came as JSON, in a {@code xds.type.v3.TypedStruct}.
   *
   * @param type full name of the message, as the struct gives it
   * @param json its fields
   * @param optional whether the configuration may be left out where it is not understood
   * @return an immutable value with {@code equals}; null where it asks for nothing
   * @throws IllegalArgumentException saying what is wrong; the resource is then refused
   */
  default @Nullable Object parseJson(String type, String json, boolean optional) {
    throw new IllegalArgumentException(type + " as a TypedStruct is not understood");
  }
}
