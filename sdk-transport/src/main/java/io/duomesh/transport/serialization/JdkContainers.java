package io.duomesh.transport.serialization;

import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.Set;
import java.util.Stack;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.Vector;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The collections and maps of the JDK that a stream may name, and what stands in for others. One
 * that copies itself at each change is made at the end: a long list would take for ever.
 */
final class JdkContainers {
  private static final Map<String, Supplier<Object>> BY_NAME = new HashMap<>();

  /** Elements of a set that compares each with all others. */
  private static final int MAX_COMPARED = 1024;

  static {
    add(ArrayList.class, ArrayList::new);
    add(LinkedList.class, LinkedList::new);
    add(Vector.class, () -> new Vector<>(1));
    add(Stack.class, Stack::new);
    add(HashSet.class, HashSet::new);
    add(LinkedHashSet.class, LinkedHashSet::new);
    add(TreeSet.class, TreeSet::new);
    add(ConcurrentSkipListSet.class, ConcurrentSkipListSet::new);
    add(ArrayDeque.class, () -> new ArrayDeque<>(1));
    add(ConcurrentLinkedQueue.class, ConcurrentLinkedQueue::new);
    add(ConcurrentLinkedDeque.class, ConcurrentLinkedDeque::new);
    add(LinkedBlockingQueue.class, LinkedBlockingQueue::new);
    add(LinkedBlockingDeque.class, LinkedBlockingDeque::new);
    add(PriorityQueue.class, () -> new PriorityQueue<>(1));
    add(PriorityBlockingQueue.class, () -> new PriorityBlockingQueue<>(1));
    add(LinkedTransferQueue.class, LinkedTransferQueue::new);
    add(CopyOnWriteArrayList.class, ArrayList::new); // see finished
    add(HashMap.class, HashMap::new);
    add(LinkedHashMap.class, LinkedHashMap::new);
    add(TreeMap.class, TreeMap::new);
    add(Hashtable.class, Hashtable::new);
    add(ConcurrentHashMap.class, ConcurrentHashMap::new);
    add(ConcurrentSkipListMap.class, ConcurrentSkipListMap::new);
    add(IdentityHashMap.class, () -> new IdentityHashMap<>(1));
    add(WeakHashMap.class, () -> new WeakHashMap<>(1));
    add(Properties.class, Properties::new);
  }

  private JdkContainers() {}

  private static void add(Class<?> type, Supplier<Object> maker) {
    BY_NAME.put(type.getName(), maker);
  }

  static boolean knows(String className) {
    return BY_NAME.containsKey(className);
  }

  /** A new collection or map of a class of the JDK, or null if a stream may not name it. */
  static @Nullable Object create(String className) {
    Supplier<Object> maker = BY_NAME.get(className);
    return maker == null ? unnamed(className) : maker.get();
  }

  /** For those that only the JDK can make, {@code List.of} and its like: the plain ones. */
  private static @Nullable Object unnamed(String className) {
    boolean inner =
        className.startsWith("java.util.Collections$")
            || className.startsWith("java.util.ImmutableCollections$")
            || className.equals("java.util.Arrays$ArrayList");
    if (inner || className.startsWith("java.util.") && className.endsWith("EnumSet")) {
      boolean sorted = className.contains("Sorted") || className.contains("Navigable");
      if (className.contains("Map")) {
        return sorted ? new TreeMap<>() : new LinkedHashMap<>();
      }
      if (className.contains("Set")) {
        return sorted ? new TreeSet<>() : new LinkedHashSet<>();
      }
      return new ArrayList<>();
    }
    if (className.equals("java.util.concurrent.CopyOnWriteArraySet")) {
      return new LinkedHashSet<>(); // see finished
    }
    return className.equals("java.util.EnumMap") ? new LinkedHashMap<>() : null;
  }

  /** A set or map of enums for a type that says which, or null if that is not what it says. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  static @Nullable Object ofEnum(Type expected) {
    Class<?> raw = Types.raw(expected);
    if (raw != EnumSet.class && raw != EnumMap.class) {
      return null;
    }
    Class<?> constants = Types.raw(Types.argument(expected, 0));
    if (!constants.isEnum()) {
      return null;
    }
    if (raw == EnumSet.class) {
      return EnumSet.noneOf((Class) constants);
    }
    return new EnumMap<>((Class) constants);
  }

  /** A collection for an expected type: the plainest that fits, or null if none does. */
  @SuppressWarnings("unchecked")
  static @Nullable Collection<@Nullable Object> collectionFor(Class<?> expected) {
    if (expected.isAssignableFrom(ArrayList.class)) {
      return new ArrayList<>();
    }
    if (expected.isAssignableFrom(HashSet.class) || expected == Set.class) {
      return new HashSet<>();
    }
    if (expected.isAssignableFrom(TreeSet.class)) {
      return new TreeSet<>();
    }
    if (expected.isAssignableFrom(LinkedList.class)) {
      return new LinkedList<>();
    }
    return create(expected.getName()) instanceof Collection<?> made
        ? (Collection<@Nullable Object>) made
        : null;
  }

  /** A collection that is wanted as it should be, its elements being there. */
  static Collection<?> finished(Collection<?> elements, @Nullable String named, Class<?> expected) {
    boolean copies =
        expected == CopyOnWriteArrayList.class
            || CopyOnWriteArrayList.class.getName().equals(named)
                && expected.isAssignableFrom(CopyOnWriteArrayList.class);
    if (expected == CopyOnWriteArraySet.class && elements.size() <= MAX_COMPARED) {
      return new CopyOnWriteArraySet<>(elements);
    }
    return copies ? new CopyOnWriteArrayList<>(elements) : elements;
  }

  /** A map for an expected type: the plainest that fits, or null if none does. */
  @SuppressWarnings("unchecked")
  static @Nullable Map<@Nullable Object, @Nullable Object> mapFor(Class<?> expected) {
    if (expected.isAssignableFrom(HashMap.class)) {
      return new HashMap<>();
    }
    if (expected.isAssignableFrom(TreeMap.class)) {
      return new TreeMap<>();
    }
    if (expected.isAssignableFrom(ConcurrentHashMap.class)) {
      return new ConcurrentHashMap<>();
    }
    return create(expected.getName()) instanceof Map<?, ?> made
        ? (Map<@Nullable Object, @Nullable Object>) made
        : null;
  }
}
