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
    JdkValue<?> value = definition.names.jdkValue;
    if (value != null) {
      return value;
    }
    if (definition.names.isThrowable) {
      return throwable(name, in);
    }
    Class<?> type = definition.names.isDenied ? null : in.filter().find(name);
    if (type == null) {
      if (isBox(name)) {
        return BOXED;
      }
      if (in.othersAsMaps()) {
        return AS_MAP;
      }
      throw DeniedClasses.refusal(name, in.filter());
    }
    if (Enum.class.isAssignableFrom(type) && type != Enum.class) {
      return EnumCodec.reader(type);
    }
    return type.isRecord() ? RecordCodec.of(type) : BeanCodec.of(type);
  }

  private static boolean isBox(String name) {
    return name.contains(".caucho.hessian.io.")
        && (name.endsWith(".ByteHandle")
            || name.endsWith(".ShortHandle")
            || name.endsWith(".FloatHandle"));
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
