package io.duomesh.transport.serialization;

import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.ServiceDefinition;
import io.duomesh.Settings;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The classes that a runtime's peers may name: those that the signatures of its exported and
 * imported interfaces reach by parameters, results, declared exceptions, type arguments, fields,
 * superclasses and permitted subclasses; every class in the packages of the named ones and below
 * (but never the platform's, nor all of a root that many share, such as {@code com}); and what the
 * setting {@value #ALLOW} says: class names, or packages ending in a dot or in {@code .*} with all
 * below them, separated by commas. A name is judged before any class is loaded, and loading does
 * not initialize.
 *
 * <p>It grows with each interface that is added and never shrinks. Safe for use by many threads;
 * reading takes no lock.
 */
public final class AllowedClasses implements ClassFilter {
  /** The setting that allows more classes. */
  public static final String ALLOW = "duomesh.serialization.allow";

  private final List<String> allowed;
  private final Map<String, Class<?>> classes = new ConcurrentHashMap<>();
  private final Map<String, ClassLoader> packages = new ConcurrentHashMap<>();
  private final Set<Type> walked = ConcurrentHashMap.newKeySet();

  private AllowedClasses(String allow) {
    allowed =
        Stream.of(allow.split(","))
            .map(String::trim)
            .filter(entry -> !entry.isEmpty())
            .map(entry -> entry.endsWith(".*") ? entry.substring(0, entry.length() - 1) : entry)
            .toList();
  }

  /** What settings allow, and the classes that some types reach. */
  public static AllowedClasses of(Settings settings, Type... types) {
    return new AllowedClasses(settings.get(ALLOW, "")).addTypes(Arrays.asList(types));
  }

  /** Adds what an interface that is called or served here mentions. */
  public AllowedClasses add(Class<?> service) {
    List<Type> types = new ArrayList<>();
    for (Method method : service.getMethods()) {
      types.addAll(Arrays.asList(method.getGenericParameterTypes()));
      types.add(method.getGenericReturnType());
      types.addAll(Arrays.asList(method.getGenericExceptionTypes()));
    }
    return addTypes(types);
  }

  /** Adds what a service mentions. */
  public AllowedClasses add(ServiceDefinition service) {
    service.methods().forEach(method -> add(method.descriptor()));
    return this;
  }

  /** Adds what a method mentions. */
  public AllowedClasses add(MethodDescriptor method) {
    if (method.shape() instanceof PayloadShape.Arguments arguments) {
      addTypes(arguments.parameterTypes());
      addTypes(List.of(arguments.resultType()));
      addTypes(arguments.exceptionTypes());
    }
    return this;
  }

  /** Adds what some types reach. */
  public AllowedClasses addTypes(List<? extends Type> types) {
    if (!walked.containsAll(types)) {
      SignatureWalk walk = new SignatureWalk(types);
      packages.putAll(walk.packages());
      classes.putAll(walk.classes());
      walked.addAll(types); // last, so that whoever skips the walk finds its results
    }
    return this;
  }

  @Override
  public @Nullable Class<?> find(String className) {
    Class<?> known = classes.get(className);
    if (known != null || !allows(className)) {
      return known;
    }
    Class<?> loaded = load(className);
    if (loaded != null) {
      classes.put(className, loaded);
    }
    return loaded;
  }

  @Override
  public String refusal(String className) {
    return allows(className)
        ? "it is allowed, but not on the class path"
        : ClassFilter.super.refusal(className);
  }

  private boolean allows(String className) {
    if (DeniedClasses.denies(className) || !Packages.isName(className)) {
      return false;
    }
    if (Packages.around(className, packages) != null) {
      return true;
    }
    for (String entry : allowed) {
      boolean isPackage = entry.endsWith(".");
      if (isPackage ? className.startsWith(entry) : className.equals(entry)) {
        return !isPackage || !Packages.isPlatform(className);
      }
    }
    return false;
  }

  private @Nullable Class<?> load(String className) {
    ClassLoader near = Packages.around(className, packages);
    if (near != null) {
      return load(className, near);
    }
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    Class<?> found = context == null ? null : load(className, context);
    for (ClassLoader loader : Set.copyOf(packages.values())) {
      found = found == null ? load(className, loader) : found;
    }
    return found;
  }

  /**
   * The class, if it is there: a loader remembers each name that it was ever asked to load, so that
   * names which peers make up would fill the heap.
   */
  private static @Nullable Class<?> load(String className, ClassLoader loader) {
    if (loader.getResource(className.replace('.', '/') + ".class") == null) {
      return null;
    }
    try {
      return Class.forName(className, false, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      return null; // refused by name
    }
  }
}
