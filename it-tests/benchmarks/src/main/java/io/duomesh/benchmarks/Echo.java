package io.duomesh.benchmarks;

/** The service, for callers that wait or that their library calls back. */
public interface Echo {
  /** The same bytes. */
  byte[] bytes(byte[] payload);

  /** The same text. */
  String text(String payload);

  /** The same order. */
  Order order(Order payload);

  /** A call of the method for a payload. */
  static Object call(Echo echo, Object payload) {
    if (payload instanceof byte[] bytes) {
      return echo.bytes(bytes);
    }
    return payload instanceof String text ? echo.text(text) : echo.order((Order) payload);
  }

  /** The service itself. */
  final class Service implements Echo {
    @Override
    public byte[] bytes(byte[] payload) {
      return payload;
    }

    @Override
    public String text(String payload) {
      return payload;
    }

    @Override
    public Order order(Order payload) {
      return payload;
    }
  }
}
