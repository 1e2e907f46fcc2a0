package io.duomesh;

import java.lang.reflect.Type;
import java.util.Collections;
import java.util.List;

/**
 * What a method's requests and responses are made of, apart from how they are serialized: shape,
 * protocol and serializer together give the bytes, so that one method can be served over several
 * protocols.
 */
public sealed interface PayloadShape {

  /**
   * One message object each way, such as a protobuf message.
   *
   * @param requestType class of requests
   * @param responseType class of responses
   */
  record Message(Class<?> requestType, Class<?> responseType) implements PayloadShape {}

  /**
   * The arguments and the result of a Java method; a request is an {@code Object[]}.
   *
   * @param parameterTypes generic parameter types, in order
   * @param parameterTypeNames their {@link Class#getName()} forms as peers know them
   * @param resultType generic type of the result, {@code void.class} for none
   * @param exceptionTypes declared exceptions
   * @param generic whether the method is known by names alone, so that objects are maps
   */
  record Arguments(
      List<Type> parameterTypes,
      List<String> parameterTypeNames,
      Type resultType,
      List<Class<?>> exceptionTypes,
      boolean generic)
      implements PayloadShape {
    /** Copies the lists. */
    public Arguments {
      parameterTypes = List.copyOf(parameterTypes);
      parameterTypeNames = List.copyOf(parameterTypeNames);
      exceptionTypes = List.copyOf(exceptionTypes);
    }

    /** Of a method of an interface. */
    public Arguments(
        List<Type> parameterTypes,
        List<String> parameterTypeNames,
        Type resultType,
        List<Class<?>> exceptionTypes) {
      this(parameterTypes, parameterTypeNames, resultType, exceptionTypes, false);
    }

    /** Of a method known by the names of its parameters' types alone. */
    public static Arguments generic(List<String> parameterTypeNames) {
      return new Arguments(
          Collections.nCopies(parameterTypeNames.size(), Object.class),
          parameterTypeNames,
          Object.class,
          List.of(),
          true);
    }
  }

  /** Bytes that are passed on as they are; requests and responses are {@code byte[]}. */
  record Bytes() implements PayloadShape {}
}
