package io.duomesh.benchmarks;

import java.util.concurrent.CompletableFuture;

/** The service, for callers that get a future. */
public interface AsyncEcho {
  /** The same bytes. */
  CompletableFuture<byte[]> bytes(byte[] payload);

  /** The same text. */
  CompletableFuture<String> text(String payload);

  /** The same order. */
  CompletableFuture<Order> order(Order payload);

  /** A call of the method for a payload. */
  @SuppressWarnings("unchecked") // the result is the payload's echo
  static CompletableFuture<Object> call(AsyncEcho echo, Object payload) {
    CompletableFuture<?> result;
    if (payload instanceof byte[] bytes) {
      result = echo.bytes(bytes);
    } else if (payload instanceof String text) {
      result = echo.text(text);
    } else {
      result = echo.order((Order) payload);
    }
    return (CompletableFuture<Object>) result;
  }

  /** The service itself. */
  final class Service implements AsyncEcho {
    @Override
    public CompletableFuture<byte[]> bytes(byte[] payload) {
      return CompletableFuture.completedFuture(payload);
    }

    @Override
    public CompletableFuture<String> text(String payload) {
      return CompletableFuture.completedFuture(payload);
    }

    @Override
    public CompletableFuture<Order> order(Order payload) {
      return CompletableFuture.completedFuture(payload);
    }
  }
}
