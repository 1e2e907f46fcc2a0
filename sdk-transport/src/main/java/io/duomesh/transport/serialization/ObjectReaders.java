package io.duomesh.transport.serialization;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Chooses how objects of a class that a stream names are read. */
final class ObjectReaders {
  private static final ObjectReader AS_MAP =
      (in, definition, reference, expected) -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("class", definition.name);
        in.setReference(reference, map);
        for (String field : definition.fields) {
          map.put(field, in.value(Object.class));
        }
        return map;
      };

  /** Handles of other engines for what this dialect has no tag for. */
  private static final ObjectReader BOXED =
      (in, definition, reference, expected) -> {
        Object boxed = null;
        for (String ignored : definition.fields) {
          boxed = in.value(Object.class);
        }
        return boxed;
      };

  private ObjectReaders() {}

  static ObjectReader of(HessianInput.Definition definition, HessianReader in) throws IOException {
    String name = definition.name;
    JdkValue<?> value = JdkValue.named(name);
    if (value != null) {
      return value;
    }
    if (name.startsWith("com.")
        && name.contains("caucho.hessian.io.")
        && (name.endsWith(".ByteHandle")
            || name.endsWith(".ShortHandle")
            || name.endsWith(".FloatHandle"))) {
      return BOXED;
    }
    if (ThrowableReader.isThrowable(definition.fields)) {
      return throwable(name, in);
    }
    Class<?> type = DeniedClasses.denies(name) ? null : in.filter().find(name);
    if (type == null) {
      if (in.othersAsMaps()) {
        return AS_MAP;
      }
      throw DeniedClasses.refusal(name);
    }
    if (Enum.class.isAssignableFrom(type) && type != Enum.class) {
      return EnumCodec.reader(type);
    }
    return type.isRecord() ? RecordCodec.of(type) : BeanCodec.of(type);
  }

  private static ObjectReader throwable(String name, HessianReader in) {
    Class<?> type = JdkClasses.named(name);
    if (type == null && !DeniedClasses.denies(name)) {
      type = in.filter().find(name);
    }
    return new ThrowableReader(
        name, type != null && Throwable.class.isAssignableFrom(type) ? type : null);
  }
}
