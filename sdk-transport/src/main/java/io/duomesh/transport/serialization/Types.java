package io.duomesh.transport.serialization;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;

/** Questions about generic types. */
final class Types {
  private Types() {}

  /** The class behind a type; the bound of a variable or wildcard. */
  static Class<?> raw(Type type) {
    if (type instanceof Class<?> c) {
      return c;
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
    if (type instanceof ParameterizedType p && index < p.getActualTypeArguments().length) {
      return p.getActualTypeArguments()[index];
    }
    return Object.class;
  }

  /** A member's type where it is a variable of its class, as the type of the object binds it. */
  static Type bind(Type member, Type owner) {
    if (member instanceof TypeVariable<?> variable && owner instanceof ParameterizedType p) {
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
