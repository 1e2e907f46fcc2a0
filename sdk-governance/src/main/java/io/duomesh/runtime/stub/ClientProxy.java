package io.duomesh.runtime.stub;

import io.duomesh.CallOptions;
import io.duomesh.ClientOptions;
import io.duomesh.MethodDescriptor;
import io.duomesh.RpcMethod;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The handler behind a client interface. Immutable; options make a new one over the same methods.
 */
@SuppressWarnings("ReferenceEquality") // a proxy equals itself alone
public final class ClientProxy implements InvocationHandler {
  private static final Object[] NO_ARGUMENTS = new Object[0];

  private final Class<?> type;
  private final Map<Method, ClientMethod> methods;
  private final Function<String, TargetedChannel> channels;
  private final String target;

  /** Its timeout is what callers said by {@link #with}; the interface's is among the defaults. */
  private final CallTerms terms;

  private ClientProxy(
      Class<?> type,
      Map<Method, ClientMethod> methods,
      Function<String, TargetedChannel> channels,
      CallDefaults defaults,
      String target,
      CallOptions options,
      @Nullable Duration timeout) {
    this.type = type;
    this.methods = methods;
    this.channels = channels;
    this.target = target;
    this.terms = CallTerms.of(channels.apply(target), options, timeout, defaults);
  }

  /**
   * A client of an interface.
   *
   * @param channels the routed channel of a target
   * @param defaults what calls have where nothing else is said
   * @throws IllegalArgumentException if the type cannot be called
   */
  public static <T> T create(
      Class<T> type,
      ClientOptions client,
      Function<String, TargetedChannel> channels,
      CallDefaults defaults) {
    Map<Method, ClientMethod> methods = new HashMap<>();
    for (Map.Entry<Method, MethodDescriptor> entry :
        InterfaceMethods.of(type, client.serviceName(type.getName())).entrySet()) {
      Method method = entry.getKey();
      RpcMethod says = method.getAnnotation(RpcMethod.class);
      Duration timeout =
          says == null || says.timeoutMillis() < 0 ? null : Duration.ofMillis(says.timeoutMillis());
      methods.put(
          method, ClientMethod.of(entry.getValue(), timeout, InterfaceMethods.isAsync(method)));
    }
    CallOptions all = client.call();
    CallDefaults ofInterface =
        all.timeout() == null ? defaults : new CallDefaults(all.timeout(), defaults.executor());
    String target = all.target() == null ? client.target() : all.target();
    return proxy(type, new ClientProxy(type, methods, channels, ofInterface, target, all, null));
  }

  /**
   * A client like another with further options.
   *
   * @throws IllegalArgumentException if the other was not made here
   */
  public static <T> T with(T client, CallOptions further) {
    if (!Proxy.isProxyClass(client.getClass())
        || !(Proxy.getInvocationHandler(client) instanceof ClientProxy proxy)) {
      throw new IllegalArgumentException(
          "client: " + client.getClass().getName() + " (expected: one made by Duomesh.client)");
    }
    String target = further.target() == null ? proxy.target : further.target();
    @SuppressWarnings("unchecked") // the proxy of a T implements just that interface
    Class<T> type = (Class<T>) proxy.type;
    return proxy(
        type,
        new ClientProxy(
            type,
            proxy.methods,
            proxy.channels,
            proxy.terms.defaults(),
            target,
            further.orElse(proxy.terms.options()),
            further.timeout() == null ? proxy.terms.timeout() : further.timeout()));
  }

  private static <T> T proxy(Class<T> type, ClientProxy handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    ClientMethod callable = methods.get(method);
    if (callable != null) {
      return callable.invoke(terms, arguments == null ? NO_ARGUMENTS : arguments);
    }
    if (method.isDefault()) {
      return invokeDefault(proxy, method, arguments);
    }
    return switch (method.getName()) {
      case "hashCode" -> System.identityHashCode(proxy);
      case "equals" -> arguments != null && proxy == arguments[0];
      case "toString" -> type.getName() + " at " + target;
      default -> throw new IllegalArgumentException(method + " is no method of " + type.getName());
    };
  }

  /** As InvocationHandler.invokeDefault, which refuses interfaces that are not public. */
  private static @Nullable Object invokeDefault(
      Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
    Class<?> declaring = method.getDeclaringClass();
    if (Modifier.isPublic(declaring.getModifiers())) {
      return InvocationHandler.invokeDefault(proxy, method, arguments);
    }
    return MethodHandles.privateLookupIn(declaring, MethodHandles.lookup())
        .unreflectSpecial(method, declaring)
        .bindTo(proxy)
        .invokeWithArguments(arguments == null ? NO_ARGUMENTS : arguments);
  }
}
