package io.duomesh;

/**
 * A step around each outbound call, before routing; it sees the call once, whatever is retried.
 * Runs on the caller's thread and must not block. To add a header: {@code return
 * next.newCall(invocation.withMetadata("name", "value"))}.
 */
@FunctionalInterface
public interface ClientInterceptor {
  /** Makes the call, changed or not, by {@code next}, or ends it without. */
  ClientCall intercept(Invocation invocation, Channel next);
}
