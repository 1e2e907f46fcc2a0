package io.duomesh.transport.bolt;

import io.duomesh.MethodDescriptor;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.Transports;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The methods that a runtime's Bolt clients have called, by descriptor and serializer. */
final class BoltMethods implements AutoCloseable {
  /** Descriptors are made once per method; whoever makes them per call must not fill the memory. */
  private static final int MOST = 4_096;

  private final TransportOptions options;
  private final ConcurrentHashMap<MethodDescriptor, BoltMethod> byDefault =
      new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Named, BoltMethod> byName = new ConcurrentHashMap<>();

  private record Named(MethodDescriptor descriptor, String serialization) {}

  private BoltMethods(TransportOptions options) {
    this.options = options;
  }

  static BoltMethods of(Transports transports) {
    return transports.shared(BoltMethods.class, BoltMethods::new);
  }

  /**
   * A method as it is sent.
   *
   * @param serialization the serializer's name; null for the default of the method's shape
   * @throws IllegalArgumentException if the method cannot be sent so
   */
  BoltMethod get(MethodDescriptor descriptor, @Nullable String serialization) {
    if (serialization == null) {
      BoltMethod known = byDefault.get(descriptor);
      return known != null ? known : bind(byDefault, descriptor, descriptor, null);
    }
    Named key = new Named(descriptor, serialization);
    BoltMethod known = byName.get(key);
    return known != null ? known : bind(byName, key, descriptor, serialization);
  }

  private <K> BoltMethod bind(
      ConcurrentHashMap<K, BoltMethod> methods,
      K key,
      MethodDescriptor descriptor,
      @Nullable String serialization) {
    ContentCodec codec = Contents.forClient(descriptor, serialization, options);
    if (methods.size() >= MOST) {
      methods.clear();
    }
    return methods.computeIfAbsent(key, k -> new BoltMethod(descriptor, codec, options));
  }

  @Override
  public void close() {
    byDefault.clear();
    byName.clear();
  }
}
