package io.duomesh.transport.serialization;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * The type of a field or component, whose variables its owner's type binds. Immutable but for what
 * it remembers: owners mostly are of one type.
 */
final class MemberType {
  private record Bound(Type owner, Type type) {}

  private final Type declared;
  private final boolean hasVariables;
  private volatile @Nullable Bound last;

  MemberType(Type type) {
    declared = Types.quick(type);
    hasVariables = Types.hasVariables(type);
  }

  Type declared() {
    return declared;
  }

  /** The type in an owner of a type. */
  @SuppressWarnings("ReferenceEquality") // types are made once; another one is only bound anew
  Type in(Type owner) {
    if (!hasVariables || !(owner instanceof ParameterizedType)) {
      return declared;
    }
    Bound known = last;
    if (known == null || known.owner != owner) {
      known = new Bound(owner, Types.bind(declared, owner));
      last = known;
    }
    return known.type;
  }
}
