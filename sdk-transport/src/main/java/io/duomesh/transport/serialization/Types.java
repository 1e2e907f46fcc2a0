package io.duomesh.transport.serialization;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Questions about generic types. */
final class Types {
  /** A parameterized type whose parts are at hand: the JDK's copies its arguments at each look. */
  private static final class Parametric implements ParameterizedType {
    final Class<?> raw;
    final Type[] arguments;
    private final @Nullable Type owner;

    Parametric(ParameterizedType from, Type[] arguments) {
      this.raw = (Class<?>) from.getRawType();
      this.arguments = arguments;
      this.owner = from.getOwnerType();
    }

    @Override
    public Type[] getActualTypeArguments() {
      return arguments.clone();
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
      return raw.getName() + Arrays.toString(arguments);
    }
  }

  private static final Type[] NO_TYPES = {};

  private Types() {}

  /** The same type in a form that is quick to ask. */
  static Type quick(Type type) {
    if (!(type instanceof ParameterizedType p)) {
      return type;
    }
    Type[] arguments = p.getActualTypeArguments();
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = quick(arguments[i]);
    }
    return new Parametric(p, arguments);
  }

  /** Whether a type is a variable, or one of its arguments is. */
  static boolean hasVariables(Type type) {
    if (type instanceof ParameterizedType p) {
      for (Type argument : p.getActualTypeArguments()) {
        if (hasVariables(argument)) {
          return true;
        }
      }
    }
    return type instanceof TypeVariable<?>
        || type instanceof GenericArrayType array && hasVariables(array.getGenericComponentType());
  }

  /** The class behind a type; the bound of a variable or wildcard. */
  static Class<?> raw(Type type) {
    if (type instanceof Class<?> c) {
      return c;
    }
    if (type instanceof Parametric p) {
      return p.raw;
    }
    if (type instanceof ParameterizedType p) {
      return (Class<?>) p.getRawType();
    }
    if (type instanceof GenericArrayType a) {
      return raw(a.getGenericComponentType()).arrayType();
    }
    if (type instanceof WildcardType w) {
      return raw(w.getUpperBounds()[0]);
    }
    if (type instanceof TypeVariable<?> v) {
      return raw(v.getBounds()[0]);
    }
    return Object.class;
  }

  /** The component of an array type. */
  static Type component(Type array) {
    if (array instanceof GenericArrayType generic) {
      return generic.getGenericComponentType();
    }
    Class<?> component = raw(array).getComponentType();
    return component == null ? Object.class : component;
  }

  /** A type argument of a collection or map, {@code Object} where it says none. */
  static Type argument(Type type, int index) {
    Type[] arguments =
        type instanceof Parametric quick
            ? quick.arguments
            : type instanceof ParameterizedType p ? p.getActualTypeArguments() : NO_TYPES;
    return index < arguments.length ? arguments[index] : Object.class;
  }

  /** A member's type with the variables of its class as the type of the object binds them. */
  static Type bind(Type member, Type owner) {
    if (!(owner instanceof ParameterizedType p)) {
      return member;
    }
    if (member instanceof ParameterizedType generic && hasVariables(member)) {
      Type[] arguments = generic.getActualTypeArguments();
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = bind(arguments[i], owner);
      }
      return new Parametric(generic, arguments);
    }
    if (member instanceof TypeVariable<?> variable) {
      TypeVariable<?>[] variables = ((Class<?>) p.getRawType()).getTypeParameters();
      for (int i = 0; i < variables.length; i++) {
        if (variables[i].equals(variable)) {
          return p.getActualTypeArguments()[i];
        }
      }
    }
    return member;
  }
}
