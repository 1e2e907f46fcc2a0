package io.duomesh.transport.triple;

import com.google.protobuf.StringValue;
import io.duomesh.Metadata;
import io.duomesh.RpcException;
import io.duomesh.Status;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.Outcome;
import io.duomesh.transport.Payload;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What a client's stream brought. */
final class Recorder implements ClientStream.Listener {
  final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
  final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
  final AtomicInteger ends = new AtomicInteger();
  final AtomicInteger ready = new AtomicInteger();
  volatile @Nullable Metadata headers;
  volatile @Nullable RpcException unreadable;

  @Override
  public void onHeaders(Metadata seen) {
    headers = seen;
  }

  @Override
  public void onReady() {
    ready.incrementAndGet();
  }

  @Override
  public void onMessage(Payload payload) {
    try {
      Object read = payload.read();
      messages.add(read instanceof StringValue text ? text.getValue() : String.valueOf(read));
    } catch (RpcException e) {
      unreadable = e;
    }
  }

  @Override
  public void onClose(Outcome end) {
    ends.incrementAndGet();
    outcome.complete(end);
  }

  Outcome await() throws Exception {
    return outcome.get(10, TimeUnit.SECONDS);
  }

  Status status() throws Exception {
    return await().status();
  }

  @Nullable String next() throws InterruptedException {
    return messages.poll(10, TimeUnit.SECONDS);
  }
}
