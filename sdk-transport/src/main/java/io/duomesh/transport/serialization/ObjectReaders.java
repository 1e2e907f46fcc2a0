package io.duomesh.transport.serialization;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
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

  /** How hessian-lite hands over sets of enums. */
  private static final ObjectReader ENUM_SET =
      (in, definition, reference, expected) -> {
        Object elements = null;
        for (String field : definition.fields) {
          if (field.equals("objects")) {
            elements = in.value(Object[].class);
          } else {
            in.skip();
          }
        }
        Set<@Nullable Object> set = new LinkedHashSet<>();
        if (elements instanceof Object[] array) {
          in.objects().copy(array.length);
          for (Object element : array) {
            if (!(element instanceof Enum<?>)) {
              throw new HessianException("A set of enums holds " + element);
            }
            set.add(element);
          }
        }
        return Containers.fit(in, set, expected);
      };

  /** A class as a value: of those that may be made here. */
  private static final ObjectReader CLASS =
      (in, definition, reference, expected) -> {
        Object name = null;
        for (String field : definition.fields) {
          Object value = in.value(Object.class);
          name = field.equals("name") ? value : name;
        }
        if (!(name instanceof String text) || text.length() > HessianInput.MAX_NAME) {
          throw new HessianException("A class without a name, or of one too long");
        }
        return ArrayCodec.classOf(text, in);
      };

  private ObjectReaders() {}

  static ObjectReader of(Definition definition, HessianReader in) throws IOException {
    String name = definition.name;
    JdkValue<?> value = definition.names.jdkValue;
    if (value != null) {
      return value;
    }
    if (definition.names.isThrowable) {
      return throwable(name, in);
    }
    if (name.equals("java.lang.Class") && !in.othersAsMaps()) {
      return CLASS;
    }
    Class<?> type = definition.names.isDenied ? null : in.findAllowed(name);
    if (type == null) {
      if (isBox(name)) {
        return BOXED;
      }
      if (name.endsWith(".caucho.hessian.io.EnumSetHandler")) {
        return ENUM_SET;
      }
      if (in.othersAsMaps()) {
        return AS_MAP;
      }
      throw DeniedClasses.refusal(name, in.filter());
    }
    if (Throwable.class.isAssignableFrom(type)) {
      return throwable(name, in);
    }
    if (Enum.class.isAssignableFrom(type) && type != Enum.class) {
      return EnumCodec.reader(type);
    }
    return type.isRecord() ? RecordCodec.of(type) : BeanCodec.of(type);
  }

  private static boolean isBox(String name) {
    return name.equals("java.util.Optional")
        || name.contains(".caucho.hessian.io.")
            && (name.endsWith(".ByteHandle")
                || name.endsWith(".ShortHandle")
                || name.endsWith(".FloatHandle"));
  }

  static ThrowableReader throwable(String name, HessianReader in) throws IOException {
    Class<?> known = JdkClasses.named(name);
    Class<?> type = known == null ? in.find(name) : known;
    return new ThrowableReader(
        name, type != null && Throwable.class.isAssignableFrom(type) ? type : null);
  }
}
