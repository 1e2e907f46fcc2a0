package io.duomesh.transport.serialization;

import org.jspecify.annotations.Nullable;

/** The classes that another filter knows, and more forms in which values may come. Immutable. */
record WiderFilter(ClassFilter known, boolean othersAsMaps, boolean textsAsValues)
    implements ClassFilter {
  @Override
  public @Nullable Class<?> find(String className) {
    return known.find(className);
  }

  @Override
  public String refusal(String className) {
    return known.refusal(className);
  }
}
