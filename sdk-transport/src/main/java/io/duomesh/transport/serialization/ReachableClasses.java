package io.duomesh.transport.serialization;

import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.ServiceDefinition;
import io.duomesh.Settings;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The classes that a service's signatures reach: parameters, results and declared exceptions, their
 * type arguments, fields, superclasses and, of sealed types, the permitted subclasses. What else a
 * peer may name stands in the setting {@value #ALLOW}: class names, or packages ending in a dot or
 * in {@code .*} with all below them, separated by commas.
 *
 * <p>Walking the signatures takes microseconds: ask once per method or service and keep the filter,
 * which is immutable.
 */
public final class ReachableClasses {
  /** The setting that allows more classes. */
  public static final String ALLOW = "duomesh.serialization.allow";

  private final Map<String, Class<?>> found = new HashMap<>();
  private final Set<Type> seen = new HashSet<>();
  private final Deque<Type> todo = new ArrayDeque<>();

  private ReachableClasses() {}

  /** A filter for the calls of one method, as both sides need it. */
  public static ClassFilter of(MethodDescriptor method, Settings settings) {
    return of(List.of(method), settings);
  }

  /** A filter for all calls of a service. */
  public static ClassFilter of(ServiceDefinition service, Settings settings) {
    return of(
        service.methods().stream().map(ServiceDefinition.ServerMethod::descriptor).toList(),
        settings);
  }

  private static ClassFilter of(Collection<MethodDescriptor> methods, Settings settings) {
    ReachableClasses classes = new ReachableClasses();
    for (MethodDescriptor method : methods) {
      if (method.shape() instanceof PayloadShape.Arguments arguments) {
        classes.todo.addAll(arguments.parameterTypes());
        classes.todo.add(arguments.resultType());
        classes.todo.addAll(arguments.exceptionTypes());
      }
    }
    return classes.walk(settings);
  }

  /** A filter of the classes that some types reach. */
  public static ClassFilter of(Settings settings, Type... types) {
    ReachableClasses classes = new ReachableClasses();
    classes.todo.addAll(Arrays.asList(types));
    return classes.walk(settings);
  }

  private ClassFilter walk(Settings settings) {
    while (!todo.isEmpty()) {
      Type type = todo.pop();
      if (seen.add(type)) {
        visit(type);
      }
    }
    List<String> allowed =
        Stream.of(settings.get(ALLOW, "").split(","))
            .map(String::trim)
            .filter(entry -> !entry.isEmpty())
            .map(entry -> entry.endsWith(".*") ? entry.substring(0, entry.length() - 1) : entry)
            .toList();
    Map<String, Class<?>> reached = Map.copyOf(found);
    return allowed.isEmpty() ? reached::get : new Allowing(reached, allowed);
  }

  private void visit(Type type) {
    if (type instanceof Class<?> c) {
      visitClass(c);
    } else if (type instanceof ParameterizedType parameterized) {
      todo.add(parameterized.getRawType());
      todo.addAll(Arrays.asList(parameterized.getActualTypeArguments()));
    } else if (type instanceof GenericArrayType array) {
      todo.add(array.getGenericComponentType());
    } else if (type instanceof WildcardType wildcard) {
      todo.addAll(Arrays.asList(wildcard.getUpperBounds()));
    } else if (type instanceof TypeVariable<?> variable) {
      todo.addAll(Arrays.asList(variable.getBounds()));
    }
  }

  private void visitClass(Class<?> type) {
    if (type.isArray()) {
      todo.add(type.getComponentType());
      return;
    }
    if (type.isPrimitive() || ObjectWriters.isOfTheJdk(type)) {
      return; // the codec knows those that may come
    }
    found.put(type.getName(), type);
    Type parent = type.getGenericSuperclass();
    if (parent != null) {
      todo.add(parent);
    }
    todo.addAll(Arrays.asList(type.getGenericInterfaces()));
    Class<?>[] permitted = type.getPermittedSubclasses();
    if (permitted != null) {
      todo.addAll(Arrays.asList(permitted));
    }
    for (Field field : type.getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers()) && !Modifier.isTransient(field.getModifiers())) {
        todo.add(field.getGenericType());
      }
    }
  }

  /** What the signatures reach, and what a setting allows by name. */
  private record Allowing(Map<String, Class<?>> reached, List<String> allowed)
      implements ClassFilter {
    @Override
    public @Nullable Class<?> find(String className) {
      Class<?> known = reached.get(className);
      if (known != null || DeniedClasses.denies(className)) {
        return known;
      }
      for (String entry : allowed) {
        if (entry.endsWith(".") ? className.startsWith(entry) : className.equals(entry)) {
          return load(className);
        }
      }
      return null;
    }

    private @Nullable Class<?> load(String className) {
      ClassLoader loader =
          reached.isEmpty()
              ? Thread.currentThread().getContextClassLoader()
              : reached.values().iterator().next().getClassLoader();
      try {
        return Class.forName(className, false, loader);
      } catch (ClassNotFoundException | LinkageError e) {
        return null; // refused by name, as one that is not allowed
      }
    }
  }
}
