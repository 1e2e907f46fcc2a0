package io.duomesh.transport.serialization;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Exceptions: their own fields, then what {@link Throwable}'s public methods tell, under the names
 * of its private fields, as the peers read them. Nothing reaches into {@code java.lang}.
 *
 * <p>SOFA-Hessian 3.5 on Java 17 takes a cause by {@link Throwable#initCause} alone, unless {@code
 * java.lang} is opened to it: a cause that the class's constructor has fixed by then, or whose
 * class it does not have, makes it give up the whole exception. In its dialect such a cause leads
 * the suppressed ones, which all readers take, as an exception of the JDK if it is none; a field of
 * ours, which other readers pass over, says so and names its class.
 */
final class ThrowableWriter implements ObjectWriter {
  /** Has the class of the cause, where the first of those suppressed stands for it. */
  static final String CAUSE = "duomeshCause";

  private static final int MAX_FRAMES = 64;
  private static final Class<?>[] MESSAGE_AND_CAUSE = {String.class, Throwable.class};

  private final ClassShape shape;
  private final ClassShape withCause;
  private final List<BeanField> own;
  private final boolean takesCause;

  private ThrowableWriter(Class<?> type) {
    List<BeanField> reachable;
    try {
      reachable = BeanField.of(type);
    } catch (IllegalStateException e) {
      reachable = List.of(); // the exception matters more than its fields
    }
    own = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (BeanField field : reachable) {
      if (seen.add(field.name())) { // not those that a subclass hides
        own.add(field);
      }
    }
    List<String> names = new ArrayList<>(own.stream().map(BeanField::name).toList());
    names.addAll(List.of("detailMessage", "cause", "stackTrace", "suppressedExceptions"));
    shape = ClassShape.of(type.getName(), names);
    names.add(CAUSE);
    withCause = ClassShape.of(type.getName(), names);
    takesCause = takesCauseOnceMade(type);
  }

  static ObjectWriter of(Class<?> type) {
    return new ThrowableWriter(type);
  }

  /** Whether the constructor that SOFA-Hessian chooses leaves the cause to be set. */
  private static boolean takesCauseOnceMade(Class<?> type) {
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (Arrays.equals(constructor.getParameterTypes(), MESSAGE_AND_CAUSE)) {
        return false; // which it prefers
      }
    }
    try {
      Throwable made = (Throwable) type.getConstructor(String.class).newInstance("");
      made.initCause(new RuntimeException());
      return Modifier.isPublic(type.getModifiers());
    } catch (ReflectiveOperationException | RuntimeException notSo) {
      return false;
    }
  }

  @Override
  public void write(HessianWriter out, Object value) throws IOException {
    if (out.wroteReference(value)) {
      return;
    }
    Throwable thrown = (Throwable) value;
    Throwable cause = thrown.getCause();
    Throwable apart = out.isSofa() && !(takesCause && isKnownEverywhere(cause)) ? cause : null;
    out.beginInstance(apart == null ? shape : withCause);
    try {
      for (BeanField field : own) {
        field.write(out, thrown);
      }
    } catch (IllegalAccessException e) {
      throw new IOException("A field of " + shape.name() + " is out of reach", e);
    }
    out.write(thrown.getMessage());
    out.write(
        cause == null || apart != null ? thrown : cause); // one that is its own cause has none
    StackTraceElement[] frames = thrown.getStackTrace();
    out.write(frames.length > MAX_FRAMES ? Arrays.copyOf(frames, MAX_FRAMES) : frames);
    List<Throwable> suppressed = new ArrayList<>();
    if (apart != null) {
      suppressed.add(isKnownEverywhere(apart) ? apart : standIn(apart));
    }
    suppressed.addAll(Arrays.asList(thrown.getSuppressed()));
    out.write(suppressed);
    if (apart != null) {
      out.write(apart.getClass().getName());
    }
  }

  private static boolean isKnownEverywhere(@Nullable Throwable cause) {
    return cause != null && JdkClasses.named(cause.getClass().getName()) != null;
  }

  private static Throwable standIn(Throwable cause) {
    String name = cause.getClass().getName();
    String message = cause.getMessage();
    Throwable known =
        new RuntimeException(message == null ? name : name + ": " + message, cause.getCause());
    known.setStackTrace(cause.getStackTrace());
    return known;
  }
}
