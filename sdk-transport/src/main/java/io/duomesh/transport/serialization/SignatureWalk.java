package io.duomesh.transport.serialization;

import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What some types reach. Made in one walk, then only read. */
final class SignatureWalk {
  private final Map<String, Class<?>> classes = new HashMap<>();
  private final Map<String, ClassLoader> packages = new HashMap<>();
  private final Set<Type> seen = new HashSet<>();
  private final Deque<Type> todo = new ArrayDeque<>();

  SignatureWalk(List<? extends Type> types) {
    todo.addAll(types);
    while (!todo.isEmpty()) {
      Type type = todo.pop();
      if (seen.add(type)) {
        visit(type);
      }
    }
  }

  /** The classes by name. */
  Map<String, Class<?>> classes() {
    return classes;
  }

  /** The packages that are wholly theirs, each with a loader that knows it. */
  Map<String, ClassLoader> packages() {
    return packages;
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
    ClassLoader loader = type.getClassLoader();
    if (type.isPrimitive() || loader == null || isForeign(type)) {
      return;
    }
    if (Packages.hasOneOwner(type.getPackageName())) {
      packages.put(type.getPackageName(), loader);
    }
    members(type);
    Class<?>[] permitted = type.getPermittedSubclasses();
    if (permitted != null) {
      todo.addAll(Arrays.asList(permitted));
    }
  }

  /** The fields of a class and what it inherits; a superclass's package is not let in for it. */
  private void members(Class<?> type) {
    classes.put(type.getName(), type);
    for (Field field : type.getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers()) && !Modifier.isTransient(field.getModifiers())) {
        todo.add(field.getGenericType());
      }
    }
    Type parent = type.getGenericSuperclass();
    if (parent != null) {
      inherit(parent);
    }
    for (Type contract : type.getGenericInterfaces()) {
      inherit(contract);
    }
  }

  private void inherit(Type parent) {
    if (parent instanceof ParameterizedType parameterized) {
      todo.addAll(Arrays.asList(parameterized.getActualTypeArguments()));
    }
    Class<?> raw = Types.raw(parent);
    if (!isForeign(raw) && !classes.containsKey(raw.getName())) {
      members(raw);
    }
  }

  /** The JDK's, of which the codec knows those that may come, and what messages are made of. */
  private static boolean isForeign(Class<?> type) {
    return ObjectWriters.isOfTheJdk(type) || type.getName().startsWith("com.google.protobuf.");
  }
}
