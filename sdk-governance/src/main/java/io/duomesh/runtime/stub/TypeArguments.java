package io.duomesh.runtime.stub;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an interface's type variables stand for, those of the interfaces that it extends included:
 * in {@code interface Orders extends Base<Order>} the {@code T} of {@code Base<T>} is an {@code
 * Order}. A variable that nothing binds is its first bound.
 */
final class TypeArguments {
  /** Bounds that name themselves ({@code T extends Comparable<T>}) are followed so far. */
  private static final int DEEPEST = 8;

  private final Map<TypeVariable<?>, Type> bound = new HashMap<>();

  private TypeArguments() {}

  static TypeArguments of(Class<?> type) {
    TypeArguments arguments = new TypeArguments();
    arguments.collect(type);
    return arguments;
  }

  private void collect(Class<?> type) {
    for (Type parent : type.getGenericInterfaces()) {
      if (parent instanceof ParameterizedType generic
          && generic.getRawType() instanceof Class<?> raw) {
        TypeVariable<?>[] variables = raw.getTypeParameters();
        for (int i = 0; i < variables.length; i++) {
          bound.put(variables[i], generic.getActualTypeArguments()[i]);
        }
        collect(raw);
      } else if (parent instanceof Class<?> plain) {
        collect(plain);
      }
    }
  }

  /** A type without variables. */
  Type resolve(Type type) {
    return resolve(type, 0);
  }

  private Type resolve(Type type, int depth) {
    if (type instanceof TypeVariable<?> variable) {
      Type argument = bound.get(variable);
      if (depth >= DEEPEST) {
        return Object.class;
      }
      return resolve(argument == null ? variable.getBounds()[0] : argument, depth + 1);
    }
    if (type instanceof WildcardType wildcard) {
      return resolve(wildcard.getUpperBounds()[0], depth);
    }
    if (type instanceof GenericArrayType array) {
      Type component = resolve(array.getGenericComponentType(), depth);
      return component instanceof Class<?> plain
          ? Array.newInstance(plain, 0).getClass()
          : new ArrayOf(component);
    }
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      boolean same = true;
      for (int i = 0; i < arguments.length; i++) {
        Type resolved = resolve(arguments[i], depth);
        same &= resolved.equals(arguments[i]);
        arguments[i] = resolved;
      }
      return same
          ? type
          : new Applied(generic.getRawType(), generic.getOwnerType(), List.of(arguments));
    }
    return type;
  }

  /** A generic type with its arguments. */
  private record Applied(Type raw, @Nullable Type owner, List<Type> arguments)
      implements ParameterizedType {
    @Override
    public Type[] getActualTypeArguments() {
      return arguments.toArray(new Type[0]);
    }

    @Override
    public Type getRawType() {
      return raw;
    }

    @Override
    public @Nullable Type getOwnerType() {
      return owner;
    }

    @Override
    public String toString() {
      return raw.getTypeName() + Arrays.toString(getActualTypeArguments());
    }
  }

  /** An array of a generic type. */
  private record ArrayOf(Type component) implements GenericArrayType {
    @Override
    public Type getGenericComponentType() {
      return component;
    }
  }
}
