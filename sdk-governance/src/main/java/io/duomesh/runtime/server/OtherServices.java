package io.duomesh.runtime.server;

import io.duomesh.MethodDescriptor;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.ServiceName;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The services that nobody else offers, under the names that callers give them. Names are kept, so
 * that routes and codecs can be cached by them; callers may invent names, so only some are.
 */
final class OtherServices {
  private static final int MOST = 4096;
  private static final String ANY_METHOD = "*";

  private final ServiceDefinition any;
  private final ConcurrentHashMap<Key, ServiceDefinition> known = new ConcurrentHashMap<>();

  private record Key(ServiceName service, @Nullable String method, boolean oneWay) {}

  /**
   * Other services.
   *
   * @param any of one method, which serves them all
   */
  OtherServices(ServiceDefinition any) {
    if (any.methods().size() != 1) {
      throw new IllegalArgumentException(
          "service " + any.name() + ": " + any.methods().size() + " methods (expected: one)");
    }
    this.any = any;
  }

  ServiceDefinition get(ServiceName service, @Nullable String method, boolean oneWay) {
    Key key = new Key(service, method, oneWay);
    ServiceDefinition found = known.get(key);
    if (found == null) {
      found = define(key);
      if (known.size() < MOST) {
        ServiceDefinition other = known.putIfAbsent(key, found);
        return other == null ? found : other;
      }
    }
    return found;
  }

  private ServiceDefinition define(Key key) {
    ServerMethod method = any.methods().get(0);
    MethodDescriptor.Type type =
        key.oneWay ? MethodDescriptor.Type.ONE_WAY : method.descriptor().type();
    MethodDescriptor descriptor =
        MethodDescriptor.of(
            key.service,
            key.method == null ? ANY_METHOD : key.method,
            type,
            method.descriptor().shape());
    return new ServiceDefinition(
        key.service, List.of(new ServerMethod(descriptor, method.handler())), any.executor());
  }
}
