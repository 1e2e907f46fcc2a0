package io.duomesh.transport.bolt;

import io.duomesh.Invocation;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What stands in a request around its content. Safe for use by many threads. */
interface RequestForm {
  /** Bytes to expect. */
  int estimate();

  /**
   * Writes class name and headers.
   *
   * @return length of the class name in bytes
   */
  int write(ByteBuf out, Invocation invocation, @Nullable Object message);

  /** The number of the content's codec. */
  int codec(@Nullable Object message);
}
