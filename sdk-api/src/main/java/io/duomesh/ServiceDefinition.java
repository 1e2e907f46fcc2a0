package io.duomesh;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A service that a server offers.
 *
 * @param name the name that callers use
 * @param methods its methods with what serves them; overloads differ in parameter types
 * @param executor where its methods run; null for the server's own; {@code Runnable::run} only for
 *     methods that never block: they run on the connection's thread
 * @param timeout see {@link ServiceOptions#timeout}
 */
public record ServiceDefinition(
    ServiceName name,
    List<ServerMethod> methods,
    @Nullable Executor executor,
    @Nullable Duration timeout) {

  /** Copies the list. */
  public ServiceDefinition {
    methods = List.copyOf(methods);
  }

  /** A service without a limit of time of its own. */
  public ServiceDefinition(
      ServiceName name, List<ServerMethod> methods, @Nullable Executor executor) {
    this(name, methods, executor, null);
  }

  /**
   * A method and what serves it.
   *
   * @param descriptor the method
   * @param handler what serves it
   */
  public record ServerMethod(MethodDescriptor descriptor, ServerHandler handler) {}

  /**
   * The method of a name and, where a peer gives them, parameter types ({@link Class#getName()}
   * forms), or null. Without types, the only method of that name, else the first declared.
   */
  public @Nullable ServerMethod method(String method, @Nullable List<String> parameterTypes) {
    for (int i = 0; i < methods.size(); i++) { // no iterator: this is every call's way
      ServerMethod candidate = methods.get(i);
      if (candidate.descriptor().name().equals(method)
          && (parameterTypes == null
              || !(candidate.descriptor().shape() instanceof PayloadShape.Arguments arguments)
              || arguments.parameterTypeNames().equals(parameterTypes))) {
        return candidate;
      }
    }
    return null;
  }
}
