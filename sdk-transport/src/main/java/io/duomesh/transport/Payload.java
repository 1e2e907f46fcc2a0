package io.duomesh.transport;

import org.jspecify.annotations.Nullable;

/**
 * A message that has arrived and is not decoded yet. Its receiver owns it and calls {@link #read}
 * or {@link #discard} exactly once, on any one thread.
 */
public interface Payload {
  /**
   * Decodes the message and frees its bytes, also when it fails.
   *
   * @throws io.duomesh.RpcException if the message cannot be read, or if it is the exception of a
   *     service: then with origin {@code APPLICATION} and the exception as its status's cause
   */
  @Nullable Object read();

  /** Frees the bytes unread. */
  void discard();
}
