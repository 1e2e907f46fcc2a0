package io.duomesh.benchmarks;

import com.google.protobuf.BytesValue;
import java.util.concurrent.CompletableFuture;

/** The service for protobuf messages. */
public interface MessageEcho {
  /** The same message. */
  CompletableFuture<BytesValue> echo(BytesValue payload);
}
