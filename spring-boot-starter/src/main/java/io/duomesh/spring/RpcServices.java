package io.duomesh.spring;

import io.duomesh.Duomesh;
import io.duomesh.ServiceOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/** Finds the beans marked with {@link RpcService} and offers them. */
final class RpcServices {
  private final ConfigurableListableBeanFactory beans;

  RpcServices(ConfigurableListableBeanFactory beans) {
    this.beans = beans;
  }

  /** Looks the beans up; runs on the thread that starts the context. */
  List<Offer> find() {
    List<Offer> found = new ArrayList<>();
    for (String name : beans.getBeanNamesForAnnotation(RpcService.class)) {
      RpcService service = beans.findAnnotationOnBean(name, RpcService.class);
      if (service != null) {
        Object bean = beans.getBean(name);
        found.add(new Offer(interfaceOf(service, name, bean), bean, options(service, name)));
      }
    }
    return found;
  }

  private ServiceOptions options(RpcService service, String name) {
    String executor = text(service.executor());
    return new ServiceOptions(
        text(service.version()),
        text(service.group()),
        text(service.uniqueId()),
        executor == null ? null : beans.getBean(executor, Executor.class),
        timeout(service, name));
  }

  private @Nullable Duration timeout(RpcService service, String name) {
    String timeout = text(service.timeout());
    try {
      return timeout == null ? null : ClientTexts.timeSpan(timeout);
    } catch (IllegalArgumentException e) {
      throw StartFailedException.service(name, String.valueOf(e.getMessage()));
    }
  }

  private @Nullable String text(String raw) {
    String resolved = beans.resolveEmbeddedValue(raw);
    return resolved == null || resolved.isBlank() ? null : resolved.trim();
  }

  private static Class<?> interfaceOf(RpcService service, String name, Object bean) {
    Class<?> type = AopUtils.getTargetClass(bean);
    if (service.interfaceType() != void.class) {
      if (!service.interfaceType().isInstance(bean)) {
        throw StartFailedException.service(
            name, type.getName() + " is no " + service.interfaceType().getName());
      }
      return service.interfaceType();
    }
    List<Class<?>> candidates =
        ClassUtils.getAllInterfacesForClassAsSet(type).stream()
            .filter(candidate -> !isInfrastructure(candidate))
            .toList();
    if (candidates.size() != 1) {
      throw StartFailedException.service(
          name,
          "%s implements %s (expected: one interface, or @RpcService(interfaceType = …))"
              .formatted(
                  type.getName(),
                  candidates.isEmpty()
                      ? "no interface"
                      : String.join(", ", candidates.stream().map(Class::getName).toList())));
    }
    return candidates.get(0);
  }

  private static boolean isInfrastructure(Class<?> type) {
    return type.getName().startsWith("java.") || type.getName().startsWith("org.springframework.");
  }

  /**
   * A bean to offer.
   *
   * @param type the interface that callers name
   * @param bean what serves it
   * @param options how
   */
  record Offer(Class<?> type, Object bean, ServiceOptions options) {
    @SuppressWarnings("unchecked")
    void export(Duomesh duomesh) {
      duomesh.export((Class<Object>) type, bean, options);
    }
  }
}
