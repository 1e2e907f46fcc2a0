package io.duomesh;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Calls services of which no class is at hand: names, types and arguments as data. Objects of
 * unknown classes are maps with the class name under {@code "class"}, results too.
 */
public interface GenericClient {
  /**
   * Calls a method and waits for its result.
   *
   * @param service name, version, group and unique id
   * @param method its name
   * @param parameterTypes {@link Class#getName()} forms, such as {@code int} or {@code demo.Order}
   * @param arguments one for each type
   * @throws RpcException if the call fails; exceptions of the service come with type and fields
   */
  @Nullable Object invoke(
      ServiceName service,
      String method,
      List<String> parameterTypes,
      List<@Nullable Object> arguments,
      CallOptions options);

  /** The same without waiting. */
  CompletableFuture<@Nullable Object> invokeAsync(
      ServiceName service,
      String method,
      List<String> parameterTypes,
      List<@Nullable Object> arguments,
      CallOptions options);
}
