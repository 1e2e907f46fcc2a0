package io.duomesh.transport.serialization;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Exceptions: their own fields, then what {@link Throwable}'s public methods tell, under the names
 * of its private fields, as the peers read them. Nothing reaches into {@code java.lang}.
 */
final class ThrowableWriter implements ObjectWriter {
  private static final int MAX_FRAMES = 64;

  private final ClassShape shape;
  private final List<BeanField> own;

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
  }

  static ObjectWriter of(Class<?> type) {
    return new ThrowableWriter(type);
  }

  @Override
  public void write(HessianWriter out, Object value) throws IOException {
    if (out.wroteReference(value)) {
      return;
    }
    Throwable thrown = (Throwable) value;
    out.beginInstance(shape);
    try {
      for (BeanField field : own) {
        field.write(out, thrown);
      }
    } catch (IllegalAccessException e) {
      throw new IOException("A field of " + shape.name() + " is out of reach", e);
    }
    out.write(thrown.getMessage());
    // SOFA-Hessian fails on a cause on Java 17 unless java.lang is opened to it; SOFARPC's own
    // servers cut it too. A reference to the exception itself means none.
    out.write(out.isSofa() || thrown.getCause() == null ? thrown : thrown.getCause());
    StackTraceElement[] frames = thrown.getStackTrace();
    out.write(frames.length > MAX_FRAMES ? Arrays.copyOf(frames, MAX_FRAMES) : frames);
    out.write(new ArrayList<>(Arrays.asList(thrown.getSuppressed())));
  }
}
