package io.duomesh.transport;

/**
 * Marks threads that must never wait for a call: event loops, which would wait for themselves, and
 * the thread that connects and configures.
 */
public interface NonBlocking {
  /** Whether the current thread is one of them. */
  static boolean here() {
    return Thread.currentThread() instanceof NonBlocking;
  }
}
