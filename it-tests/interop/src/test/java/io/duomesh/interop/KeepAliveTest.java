package io.duomesh.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.StringValue;
import io.duomesh.CallOptions;
import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.Settings;
import io.duomesh.Status;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.Outcome;
import io.duomesh.transport.Payload;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.Transports;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Our keepalive at a grpc-java server that wants less of it. */
@Timeout(60)
class KeepAliveTest {
  /** grpc-java bears two PINGs too many, and says goodbye at the next. */
  private static final int PINGS = 3;

  private static final Duration TIME = Duration.ofMillis(60);

  private final Transports transports = new Transports(TransportOptions.of(Settings.of(Map.of())));
  private Server server;

  @BeforeEach
  void open() throws Exception {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .permitKeepAliveTime(1, TimeUnit.HOURS)
            .addService(
                ServerServiceDefinition.builder(TripleEcho.SERVICE)
                    .addMethod(
                        MethodDescriptor.<StringValue, StringValue>newBuilder()
                            .setFullMethodName(TripleEcho.SERVICE + "/Chat")
                            .setType(MethodType.BIDI_STREAMING)
                            .setRequestMarshaller(
                                ProtoUtils.marshaller(StringValue.getDefaultInstance()))
                            .setResponseMarshaller(
                                ProtoUtils.marshaller(StringValue.getDefaultInstance()))
                            .build(),
                        (call, headers) -> new ServerCall.Listener<>() {})
                    .build())
            .build()
            .start();
  }

  @AfterEach
  void close() {
    server.shutdownNow();
    transports.close();
  }

  /** How long a call lives that nobody answers, on a connection of its own. */
  private Duration lifetime() throws Exception {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    ClientTransport client =
        transports
            .factory("triple")
            .connect(
                new ConnectSpec(
                    "127.0.0.1",
                    server.getPort(),
                    Duration.ofSeconds(5),
                    null,
                    null,
                    transports,
                    Map.of("keepalive-time", String.valueOf(TIME.toMillis()))),
                new ClientTransport.Listener() {});
    long start = System.nanoTime();
    client.newStream(
        Invocation.of(
            TripleEcho.method("Chat"),
            "echo.test",
            Metadata.EMPTY,
            CallOptions.DEFAULT,
            Deadline.NONE),
        new ClientStream.Listener() {
          @Override
          public void onMessage(Payload payload) {
            payload.discard();
          }

          @Override
          public void onClose(Outcome end) {
            outcome.complete(end);
          }
        });
    Status status = outcome.get(30, TimeUnit.SECONDS).status();
    Duration lived = Duration.ofNanos(System.nanoTime() - start);
    client.close();
    assertEquals(Status.Code.UNAVAILABLE, status.code());
    assertTrue(status.message().contains("too_many_pings"), status::message);
    return lived;
  }

  @Test
  void everyGoodbyeForTooManyPingsDoublesTheTimeBetweenThem() throws Exception {
    for (int times = 1; times <= 8; times *= 2) {
      Duration least = TIME.multipliedBy((long) PINGS * times);
      Duration lived = lifetime();
      assertTrue(lived.compareTo(least) >= 0, () -> lived + " (expected: at least " + least + ")");
    }
  }
}
