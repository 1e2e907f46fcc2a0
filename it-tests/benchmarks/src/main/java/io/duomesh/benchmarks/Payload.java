package io.duomesh.benchmarks;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What is echoed. */
enum Payload {
  /** 1 KB, as it is. */
  BYTES,
  /** 1,024 characters of ASCII. */
  STRING,
  /** An object of 20 fields, one of them a list. */
  ORDER,
  /** A protobuf message of 1 KB. */
  PROTOBUF;

  private static final int SIZE = 1024;

  /** One of these; every call of a process sends the same. */
  Object value() {
    return switch (this) {
      case BYTES -> bytes();
      case STRING -> new String(bytes(), StandardCharsets.US_ASCII);
      case ORDER -> Order.sample();
      case PROTOBUF -> BytesValue.of(ByteString.copyFrom(bytes()));
    };
  }

  static byte[] bytes() {
    byte[] bytes = new byte[SIZE];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ('a' + i % 26);
    }
    return bytes;
  }

  /** Whether an answer is the echo of {@link #value}. */
  boolean isEcho(Object answer) {
    return this == BYTES
        ? answer instanceof byte[] bytes && Arrays.equals(bytes(), bytes)
        : value().equals(answer);
  }
}
