package io.duomesh.transport.serialization;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The type of lists or maps by the name that a stream gives it: what it stands for is found out
 * once, however often it is referred to. Confined to the stream's thread.
 */
final class NamedType {
  final String name;
  private boolean isSought;
  private @Nullable Class<?> found;
  private @Nullable Class<?> component;

  NamedType(String name) {
    this.name = name;
  }

  boolean isArray() {
    return name.startsWith("[");
  }

  /** The class of this name, or null where it may not be created. */
  @Nullable Class<?> find(HessianReader in) throws IOException {
    if (!isSought) {
      isSought = true;
      found = in.find(name);
    }
    return found;
  }

  /** The class of this name; throws where it may not be created. */
  Class<?> get(HessianReader in) throws IOException {
    Class<?> allowed = find(in);
    if (allowed == null) {
      throw DeniedClasses.refusal(name, in.filter());
    }
    return allowed;
  }

  /** The component type of the array that this is. */
  Class<?> component(HessianReader in) throws IOException {
    Class<?> known = component;
    if (known == null) {
      known = ArrayCodec.component(name.substring(1), in);
      component = known;
    }
    return known;
  }
}
