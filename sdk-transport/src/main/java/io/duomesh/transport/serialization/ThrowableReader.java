package io.duomesh.transport.serialization;

import io.duomesh.Metadata;
import io.duomesh.RpcException;
import io.duomesh.Status;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Exceptions, made by a constructor of theirs and filled through public methods. Where the class is
 * not allowed, unknown, or takes no message, an {@link RpcException} with the class's name and
 * fields stands for it.
 */
@SuppressWarnings("ReferenceEquality") // a cause that is the exception itself stands for none
final class ThrowableReader implements ObjectReader {
  private static final int MAX_FRAMES = 1024; // as the JVM itself keeps
  private static final int MAX_SUPPRESSED = 64;
  private static final int MAX_FIELDS = 256; // of a stand-in, which copies them
  private static final List<String> COMMON =
      List.of(
          "detailMessage",
          "cause",
          "stackTrace",
          "suppressedExceptions",
          "depth",
          ThrowableWriter.CAUSE);

  private final String name;
  private final @Nullable Class<?> type;
  private final Map<String, BeanField> own = new HashMap<>();

  /**
   * @param type null for one that is not allowed or unknown
   */
  ThrowableReader(String name, @Nullable Class<?> type) {
    this.name = name;
    this.type = type;
    if (type != null) {
      try {
        BeanField.of(type).forEach(field -> own.putIfAbsent(field.name(), field));
      } catch (IllegalStateException e) {
        own.clear(); // out of reach: the exception comes without its own fields
      }
    }
  }

  /** Whether objects of these fields are exceptions, whatever their class. */
  static boolean isThrowable(List<String> fields) {
    return fields.contains("detailMessage") && fields.contains("stackTrace");
  }

  @Override
  public Object read(HessianReader in, Definition definition, int reference, Type expected)
      throws IOException {
    in.objects().addThrown();
    in.setReference(reference, null); // a cause that is the exception itself means none
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (String field : definition.fields) {
      BeanField known = own.get(field);
      values.put(field, known == null ? in.readOrMap() : in.value(known.type()));
    }
    if (values.get(ThrowableWriter.CAUSE) instanceof String causeName
        && values.get("suppressedExceptions") instanceof List<?> list
        && !list.isEmpty()
        && list.get(0) instanceof Throwable first) {
      boolean itself = first.getClass().getName().equals(causeName);
      values.put(
          "cause", itself ? first : ObjectReaders.throwable(causeName, in).rebuild(first, in));
      values.put("suppressedExceptions", list.subList(1, list.size()));
    }
    return build(values, in);
  }

  /** What a stand-in of {@link ThrowableWriter} stands for. */
  private Throwable rebuild(Throwable standIn, HessianReader in) throws IOException {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    String text = String.valueOf(standIn.getMessage());
    values.put(
        "detailMessage", text.startsWith(name + ": ") ? text.substring(name.length() + 2) : null);
    values.put("cause", standIn.getCause());
    values.put("stackTrace", standIn.getStackTrace());
    return build(values, in);
  }

  private Throwable build(Map<String, @Nullable Object> values, HessianReader in)
      throws IOException {
    String message = values.get("detailMessage") instanceof String text ? text : null;
    Throwable cause = values.get("cause") instanceof Throwable thrown ? thrown : null;
    if (type != null) {
      try {
        Throwable made = make(type, message, cause, values, in);
        if (made != null) {
          fill(made, cause, values);
          return made;
        }
      } catch (RuntimeException e) {
        // a method of the class fails on what it was made of: it cannot stand for itself
      }
    }
    Throwable standIn = standIn(message, cause, values);
    fill(standIn, cause, values);
    return standIn;
  }

  private static void fill(
      Throwable made, @Nullable Throwable cause, Map<String, @Nullable Object> values) {
    if (made.getCause() == null && cause != null) {
      try {
        made.initCause(cause);
      } catch (IllegalStateException e) {
        made.addSuppressed(cause); // its constructor has fixed the cause to none
      }
    }
    if (values.get("stackTrace") instanceof StackTraceElement[] all) {
      StackTraceElement[] frames = all.length > MAX_FRAMES ? Arrays.copyOf(all, MAX_FRAMES) : all;
      if (!Arrays.asList(frames).contains(null)) {
        made.setStackTrace(frames);
      }
    }
    if (values.get("suppressedExceptions") instanceof List<?> list) {
      for (Object each : list.size() > MAX_SUPPRESSED ? list.subList(0, MAX_SUPPRESSED) : list) {
        if (each instanceof Throwable thrown) {
          made.addSuppressed(thrown);
        }
      }
    }
  }

  private @Nullable Throwable make(
      Class<?> thrownType,
      @Nullable String message,
      @Nullable Throwable cause,
      Map<String, @Nullable Object> values,
      HessianReader in)
      throws IOException {
    Object[][] ways = {
      {new Class<?>[] {String.class, Throwable.class}, new @Nullable Object[] {message, cause}},
      {new Class<?>[] {String.class}, new @Nullable Object[] {message}},
      {new Class<?>[] {Throwable.class}, new @Nullable Object[] {cause}},
      {new Class<?>[] {}, new Object[] {}}
    };
    for (Object[] way : ways) {
      Throwable made = construct(thrownType, (Class<?>[]) way[0], (Object[]) way[1]);
      if (made == null) {
        continue;
      }
      for (Map.Entry<String, BeanField> field : own.entrySet()) {
        if (values.containsKey(field.getKey())) {
          set(field.getValue(), made, values.get(field.getKey()));
        }
      }
      if (message == null || says(made, message)) {
        return made;
      }
      in.objects().addThrown(); // one more is made in its place
    }
    return null;
  }

  private static boolean says(Throwable made, String message) {
    String said = made.getMessage();
    return message.equals(said) || said != null && said.contains(message);
  }

  private static void set(BeanField field, Throwable made, @Nullable Object value)
      throws IOException {
    try {
      field.set(made, value);
    } catch (IllegalAccessException e) {
      throw new IOException(field.name() + " of " + made.getClass().getName() + " is final", e);
    }
  }

  private static @Nullable Throwable construct(
      Class<?> type, Class<?>[] parameters, @Nullable Object[] arguments) {
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(parameters);
      return constructor.trySetAccessible() ? (Throwable) constructor.newInstance(arguments) : null;
    } catch (ReflectiveOperationException e) {
      return null; // no such constructor, or it refuses these arguments: the next way
    }
  }

  private Throwable standIn(
      @Nullable String message, @Nullable Throwable cause, Map<String, @Nullable Object> values) {
    Map<String, Object> fields = new LinkedHashMap<>();
    values.forEach(
        (field, value) -> {
          if (value != null && !COMMON.contains(field) && fields.size() < MAX_FIELDS) {
            fields.put(field, value);
          }
        });
    Status status =
        Status.remote(Status.Code.UNKNOWN, message == null ? name : name + ": " + message)
            .withOrigin(Status.Origin.APPLICATION)
            .withCause(cause);
    return new RpcException(status, Metadata.EMPTY, name, fields);
  }
}
