package io.duomesh;

/** Where calls start: a routed target, a fixed address, or the rest of an interceptor chain. */
public interface Channel {
  /** A new call, not started yet. Never blocks and never throws; failures end the call. */
  ClientCall newCall(Invocation invocation);
}
