package io.duomesh.runtime.stub;

import io.duomesh.CallOptions;
import io.duomesh.GenericClient;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.RpcException;
import io.duomesh.ServiceName;
import io.duomesh.Status;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Calls by names and types as data. Descriptors are kept, so that routes can be cached by them. */
public final class DescribedCalls implements GenericClient {
  /** Descriptors kept at most; callers with more make them anew. */
  private static final int MOST = 1024;

  private final Function<String, TargetedChannel> channels;
  private final TargetedChannel channel;
  private final CallDefaults defaults;
  private final ConcurrentHashMap<Key, MethodDescriptor> descriptors = new ConcurrentHashMap<>();

  private record Key(ServiceName service, String method, List<String> types) {}

  /** Calls of a target, or of the one that a call's options name. */
  public DescribedCalls(
      Function<String, TargetedChannel> channels, String target, CallDefaults defaults) {
    this.channels = channels;
    this.channel = channels.apply(target);
    this.defaults = defaults;
  }

  @Override
  public @Nullable Object invoke(
      ServiceName service,
      String method,
      List<String> parameterTypes,
      List<@Nullable Object> arguments,
      CallOptions options) {
    try {
      return method(service, method, parameterTypes, false)
          .invoke(terms(options), arguments.toArray());
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new RpcException(Status.application(e));
    }
  }

  @Override
  @SuppressWarnings("unchecked")
  public CompletableFuture<@Nullable Object> invokeAsync(
      ServiceName service,
      String method,
      List<String> parameterTypes,
      List<@Nullable Object> arguments,
      CallOptions options) {
    try {
      Object future =
          method(service, method, parameterTypes, true).invoke(terms(options), arguments.toArray());
      return (CompletableFuture<@Nullable Object>) Objects.requireNonNull(future);
    } catch (Throwable e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CallTerms terms(CallOptions options) {
    String other = options.target();
    return CallTerms.of(
        other == null ? channel : channels.apply(other), options, options.timeout(), defaults);
  }

  private ClientMethod method(
      ServiceName service, String method, List<String> types, boolean async) {
    Key key = new Key(service, method, List.copyOf(types));
    MethodDescriptor known = descriptors.get(key);
    if (known == null) {
      known = describe(key);
      if (descriptors.size() < MOST) {
        descriptors.put(key, known);
      }
    }
    return ClientMethod.of(known, null, async);
  }

  private static MethodDescriptor describe(Key key) {
    return MethodDescriptor.of(
        key.service(),
        key.method(),
        MethodDescriptor.Type.UNARY,
        PayloadShape.Arguments.generic(key.types()));
  }
}
