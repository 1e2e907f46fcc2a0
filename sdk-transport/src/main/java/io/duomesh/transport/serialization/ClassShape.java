package io.duomesh.transport.serialization;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The name of a class and its fields, as a Hessian stream defines them once before its first
 * instance. Made once and kept: a writer knows the shapes that it has defined by identity.
 */
public final class ClassShape {
  private final String name;
  private final List<String> fields;
  // racing threads make the same bytes
  private volatile byte @Nullable [] sofa;
  private volatile byte @Nullable [] standard;

  private ClassShape(String name, List<String> fields) {
    this.name = name;
    this.fields = fields;
  }

  /** A shape of its own identity, fields in the order in which their values are written. */
  public static ClassShape of(String name, String... fields) {
    return new ClassShape(name, List.of(fields));
  }

  static ClassShape of(String name, List<String> fields) {
    return new ClassShape(name, List.copyOf(fields));
  }

  /** The bytes that define it in a stream; made once. */
  byte[] definition(boolean isSofa) throws IOException {
    byte[] known = isSofa ? sofa : standard;
    if (known != null) {
      return known;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    HessianOutput out = isSofa ? new SofaOutput() : new FinalOutput();
    out.attach(bytes);
    out.defineClass(this);
    out.flushBuffer();
    byte[] made = bytes.toByteArray();
    if (isSofa) {
      sofa = made;
    } else {
      standard = made;
    }
    return made;
  }

  ClassShape reversed() {
    List<String> reversed = new ArrayList<>(fields);
    Collections.reverse(reversed);
    return new ClassShape(name, reversed);
  }

  /** The class's name, as {@link Class#getName()} gives it. */
  public String name() {
    return name;
  }

  /** The names of its fields. */
  public List<String> fields() {
    return fields;
  }

  @Override
  public String toString() {
    return name + fields;
  }
}
