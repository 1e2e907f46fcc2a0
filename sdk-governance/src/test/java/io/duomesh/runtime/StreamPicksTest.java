package io.duomesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.CallOptions;
import io.duomesh.ClientCall;
import io.duomesh.Deadline;
import io.duomesh.Duomesh;
import io.duomesh.Invocation;
import io.duomesh.MeshState;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.ServiceName;
import io.duomesh.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where streams go when the first endpoint that was picked does not take them. */
class StreamPicksTest {
  private static final MethodDescriptor CHAT =
      MethodDescriptor.of(
          ServiceName.of("demo.Streams"),
          "Chat",
          MethodDescriptor.Type.BIDI_STREAMING,
          new PayloadShape.Bytes());

  private @Nullable Duomesh mesh;

  @AfterEach
  void close() {
    if (mesh != null) {
      mesh.close();
    }
    LoopTransport.stop("there:1");
    LoopTransport.stop("gone:1");
    LoopTransport.stop("gone:2");
  }

  private Duomesh client(String... addresses) {
    Duomesh made = Duomesh.builder().traffic(OneCluster.of("streams", "loop", addresses)).build();
    mesh = made;
    return made.start();
  }

  private static final class Heard implements ClientCall.Listener {
    final List<Object> messages = new CopyOnWriteArrayList<>();
    final CompletableFuture<Status> end = new CompletableFuture<>();

    @Override
    public void onMessage(@Nullable Object message) {
      messages.add(String.valueOf(message));
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      assertTrue(end.complete(status), "two ends");
    }
  }

  private static ClientCall chat(Duomesh from) {
    return from.channel("streams")
        .newCall(
            Invocation.of(
                CHAT,
                "streams",
                Metadata.EMPTY,
                CallOptions.DEFAULT,
                Deadline.after(Duration.ofSeconds(20))));
  }

  private static void serve(String address, LoopTransport.Reply reply) {
    LoopTransport.serve(address, (invocation, request) -> reply);
  }

  @Test
  void streamThatWasRefusedGoesElsewhere() throws Exception {
    serve("there:1", LoopTransport.Reply.ok("hello"));
    LoopTransport.refuse("gone:1");
    Duomesh made = client("gone:1", "there:1");
    for (int i = 0; i < 6; i++) { // every other one is picked for the endpoint that refuses
      Heard heard = new Heard();
      ClientCall call = chat(made);
      call.start(heard);
      call.request(1);
      org.awaitility.Awaitility.await().until(() -> active(made, "there:1") == 1);
      call.send("x");
      Status status = heard.end.get(20, TimeUnit.SECONDS);
      assertTrue(status.isOk(), status.toString());
      assertEquals(List.of("hello"), heard.messages);
      org.awaitility.Awaitility.await().until(() -> active(made, "") == 0);
    }
  }

  @Test
  void streamThatSentSomethingIsNotTriedElsewhere() throws Exception {
    Status busy = Status.remote(Status.Code.UNAVAILABLE, "busy").withUnprocessed(true);
    serve("gone:1", LoopTransport.Reply.failed(busy));
    serve("gone:2", LoopTransport.Reply.failed(busy));
    Heard heard = new Heard();
    ClientCall call = chat(client("gone:1", "gone:2"));
    call.start(heard);
    call.send("x");
    assertTrue(heard.end.get(20, TimeUnit.SECONDS).message().endsWith(" of c: busy"));
  }

  @Test
  void streamThatNobodyTakesEnds() throws Exception {
    Heard heard = new Heard();
    Duomesh made = client("gone:1", "gone:2");
    ClientCall call = chat(made);
    call.start(heard);
    call.send("x");
    assertEquals(Status.Code.UNAVAILABLE, heard.end.get(20, TimeUnit.SECONDS).code());
    org.awaitility.Awaitility.await().until(() -> active(made, "") == 0);
  }

  private static int active(Duomesh made, String address) {
    return made.state().clusters().stream()
        .flatMap(cluster -> cluster.endpoints().stream())
        .filter(endpoint -> endpoint.address().contains(address))
        .mapToInt(MeshState.EndpointState::active)
        .sum();
  }
}
