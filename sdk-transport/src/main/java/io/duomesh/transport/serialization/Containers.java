package io.duomesh.transport.serialization;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.PriorityBlockingQueue;
import org.jspecify.annotations.Nullable;

/** Reads lists and maps into what is expected, else into what the stream names. */
final class Containers {
  private Containers() {}

  static Object list(HessianReader in, HessianInput tokens, int reference, Type expected)
      throws IOException {
    NamedType named = tokens.type;
    int length = tokens.length;
    boolean ended = tokens.ended;
    Class<?> raw = Types.raw(expected);
    Object made;
    if (raw.isArray()) {
      made = ArrayCodec.read(in, reference, Types.component(expected), length);
    } else if (named != null
        && named.isArray()
        && !Collection.class.isAssignableFrom(raw)
        && raw != Iterable.class) {
      made = ArrayCodec.read(in, reference, named.component(in), length);
    } else {
      Collection<@Nullable Object> collection = collection(in, named, expected, length);
      in.setReference(reference, collection);
      fill(in, collection, Types.argument(expected, 0), length);
      made = JdkContainers.finished(collection, named == null ? null : named.name, raw);
      in.setReference(reference, made);
    }
    if (ended) {
      tokens.readEnd();
    }
    return made;
  }

  private static void fill(
      HessianReader in, Collection<@Nullable Object> to, Type element, int length)
      throws IOException {
    Collisions collisions = null;
    boolean sorts =
        to instanceof SortedSet
            || to instanceof PriorityQueue
            || to instanceof PriorityBlockingQueue;
    for (int i = 0; length < 0 ? !in.atEnd() : i < length; i++) {
      Object value = in.value(element);
      if (sorts) {
        in.objects().compare();
      }
      if (to instanceof Set<?> set) {
        if (collisions == null && Collisions.watches(i, in.objects())) {
          collisions = new Collisions(in.objects(), set);
        }
        in.objects().walk(1);
      }
      if (collisions != null) {
        collisions.meet(value);
      }
      try {
        to.add(value);
      } catch (RuntimeException | StackOverflowError e) { // null, not comparable, hash of a cycle
        throw new HessianException(to.getClass().getName() + " does not take an element", e);
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static Collection<@Nullable Object> collection(
      HessianReader in, @Nullable NamedType named, Type expected, int length) throws IOException {
    Class<?> raw = Types.raw(expected);
    Class<?> wanted = raw == java.util.Optional.class ? Object.class : raw;
    if (named == null && wanted.isAssignableFrom(ArrayList.class)) {
      return new ArrayList<>(Math.max(length, 0)); // what the input can hold
    }
    Object made = JdkContainers.ofEnum(expected);
    if (made == null && named != null) {
      made = JdkContainers.create(named.name);
    }
    if (made == null && named != null && !named.name.startsWith("java.") && !named.isArray()) {
      made = create(named.get(in), Collection.class);
    }
    if (made instanceof Collection<?> collection && wanted.isInstance(made)) {
      return (Collection<@Nullable Object>) collection;
    }
    Collection<@Nullable Object> plain = JdkContainers.collectionFor(wanted);
    if (plain == null && Collection.class.isAssignableFrom(wanted)) {
      plain = (Collection<@Nullable Object>) create(in.classOf(wanted.getName()), Collection.class);
    }
    if (plain == null) {
      throw new HessianException("Expected " + wanted.getName() + " and met a list");
    }
    return plain;
  }

  @SuppressWarnings("unchecked")
  static @Nullable Object map(HessianReader in, HessianInput tokens, int reference, Type expected)
      throws IOException {
    NamedType named = tokens.type;
    Class<?> raw = Types.raw(expected);
    Object made = JdkContainers.ofEnum(expected);
    if (made == null && named != null) {
      made = JdkContainers.create(named.name);
    }
    Map<@Nullable Object, @Nullable Object> map = null;
    if (made == null && named != null && !named.name.startsWith("java.")) {
      if (in.othersAsMaps() && named.find(in) == null) {
        map = new LinkedHashMap<>();
        map.put("class", named.name);
      } else if (Map.class.isAssignableFrom(named.get(in))) {
        made = create(named.get(in), Map.class);
      } else {
        return ended(BeanCodec.of(named.get(in)).readMap(in, reference, expected), tokens);
      }
    }
    if (map == null) {
      Class<?> wanted = raw == java.util.Optional.class ? Object.class : raw;
      if (made instanceof Map<?, ?> && wanted.isInstance(made)) {
        map = (Map<@Nullable Object, @Nullable Object>) made;
      } else {
        map = JdkContainers.mapFor(wanted);
      }
      if (map == null && Map.class.isAssignableFrom(wanted)) {
        map =
            (Map<@Nullable Object, @Nullable Object>)
                create(in.classOf(wanted.getName()), Map.class);
      } else if (map == null) {
        return ended(asBean(in, reference, expected, wanted), tokens);
      }
    }
    in.setReference(reference, map);
    Type keys = Types.argument(expected, 0);
    Type values = Types.argument(expected, 1);
    Collisions collisions = null;
    for (int i = 0; !in.atEnd(); i++) {
      Object key = in.value(keys);
      if (map instanceof SortedMap) {
        in.objects().compare();
      }
      if (collisions == null && Collisions.watches(i, in.objects())) {
        collisions = new Collisions(in.objects(), map);
      }
      in.objects().walk(1);
      if (collisions != null) {
        collisions.meet(key);
      }
      Object value = in.value(values);
      try {
        map.put(key, value);
      } catch (RuntimeException | StackOverflowError e) { // null, not comparable, hash of a cycle
        throw new HessianException(map.getClass().getName() + " does not take a key", e);
      }
    }
    return ended(map, tokens);
  }

  private static @Nullable Object asBean(
      HessianReader in, int reference, Type expected, Class<?> wanted) throws IOException {
    if (wanted.isInterface() || ObjectWriters.isOfTheJdk(wanted)) {
      throw new HessianException("Expected " + wanted.getName() + " and met a map");
    }
    if (wanted.isRecord()) {
      return RecordCodec.of(in.classOf(wanted.getName())).readMap(in, expected);
    }
    return BeanCodec.of(in.classOf(wanted.getName())).readMap(in, reference, expected);
  }

  private static @Nullable Object ended(@Nullable Object made, HessianInput tokens)
      throws IOException {
    tokens.readEnd();
    return made;
  }

  private static Object create(Class<?> type, Class<?> kind) throws IOException {
    String name = type.getName();
    if (!kind.isAssignableFrom(type) || Modifier.isAbstract(type.getModifiers())) {
      throw new HessianException(name + " is no " + kind.getSimpleName() + " that can be made");
    }
    try {
      var constructor = type.getDeclaredConstructor();
      if (constructor.trySetAccessible()) {
        return constructor.newInstance();
      }
    } catch (ReflectiveOperationException e) {
      throw new HessianException(name + " has no usable constructor without arguments", e);
    }
    throw new HessianException(name + " is out of reach: open its package to io.duomesh.transport");
  }

  /** An object met again: a copy of a collection that was read where another one was expected. */
  @SuppressWarnings("unchecked")
  static @Nullable Object fit(HessianReader in, @Nullable Object object, Type expected)
      throws IOException {
    Class<?> raw = Types.raw(expected);
    if (object instanceof String text) { // was boxed; what is made of it may copy it
      in.objects().copy(text.length());
    }
    if (raw.isInstance(object)) {
      return object;
    }
    if (object instanceof Collection<?> collection) {
      Object enums = JdkContainers.ofEnum(expected);
      Collection<@Nullable Object> copy =
          enums instanceof Set
              ? (Collection<@Nullable Object>) enums
              : JdkContainers.collectionFor(raw);
      if (copy != null) {
        copy(in.objects(), collection, copy);
        return copy;
      }
    }
    return object;
  }

  private static void copy(ReadObjects objects, Collection<?> from, Collection<@Nullable Object> to)
      throws IOException {
    objects.copy(from.size());
    objects.walk(1);
    Collisions collisions = null;
    int met = 0;
    try {
      for (Object element : from) {
        if (met++ == Collisions.UNWATCHED && to instanceof Set<?> set) {
          collisions = new Collisions(objects, set);
        }
        if (to instanceof SortedSet) {
          objects.compare();
        }
        if (collisions != null) {
          collisions.meet(element);
        }
        to.add(element);
      }
    } catch (RuntimeException | StackOverflowError e) { // null, not comparable, no enum
      throw new HessianException(
          to.getClass().getName() + " does not take the elements of a list", e);
    }
  }
}
