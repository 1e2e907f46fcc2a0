package io.duomesh.spring;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.PropertyValues;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.InstantiationAwareBeanPostProcessor;
import org.springframework.util.ReflectionUtils;

/** Sets the fields marked with {@link RpcReference}. */
final class RpcReferenceInjector implements InstantiationAwareBeanPostProcessor {
  private final ConfigurableBeanFactory beans;
  private final ConcurrentHashMap<Class<?>, List<Field>> fields = new ConcurrentHashMap<>();

  RpcReferenceInjector(ConfigurableBeanFactory beans) {
    this.beans = beans;
  }

  @Override
  public PropertyValues postProcessProperties(PropertyValues values, Object bean, String beanName) {
    for (Field field : fields.computeIfAbsent(bean.getClass(), RpcReferenceInjector::marked)) {
      RpcReference reference = field.getAnnotation(RpcReference.class);
      if (Modifier.isStatic(field.getModifiers()) || Modifier.isFinal(field.getModifiers())) {
        throw new BeanCreationException(
            beanName,
            "@RpcReference on " + field + " (expected: a field neither static nor final)");
      }
      ReflectionUtils.setField(field, bean, client(field.getType(), reference, beanName));
    }
    return values;
  }

  private Object client(Class<?> type, RpcReference reference, String beanName) {
    beans.registerDependentBean(RpcClients.BEAN, beanName);
    return beans
        .getBean(RpcClients.BEAN, RpcClients.class)
        .create(
            type,
            new ClientTexts(
                    reference.target(),
                    reference.version(),
                    reference.group(),
                    reference.uniqueId(),
                    reference.timeout())
                .resolved(beans::resolveEmbeddedValue));
  }

  private static List<Field> marked(Class<?> type) {
    List<Field> found = new ArrayList<>();
    ReflectionUtils.doWithFields(
        type,
        field -> {
          ReflectionUtils.makeAccessible(field);
          found.add(field);
        },
        field -> field.isAnnotationPresent(RpcReference.class));
    return List.copyOf(found);
  }
}
