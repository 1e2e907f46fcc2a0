package io.duomesh.benchmarks;

import com.google.protobuf.BytesValue;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** grpc-java with direct executors on both sides, or as it comes. */
final class GrpcPeer implements Peer {
  private static final MethodDescriptor<BytesValue, BytesValue> ECHO =
      MethodDescriptor.<BytesValue, BytesValue>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("io.duomesh.benchmarks.MessageEcho/echo")
          .setRequestMarshaller(ProtoUtils.marshaller(BytesValue.getDefaultInstance()))
          .setResponseMarshaller(ProtoUtils.marshaller(BytesValue.getDefaultInstance()))
          .build();

  private final boolean direct;

  GrpcPeer(boolean direct) {
    this.direct = direct;
  }

  @Override
  public int serve(Load load) throws IOException {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(
                ServerServiceDefinition.builder("io.duomesh.benchmarks.MessageEcho")
                    .addMethod(
                        ECHO,
                        ServerCalls.asyncUnaryCall(
                            (request, observer) -> {
                              observer.onNext(request);
                              observer.onCompleted();
                            }))
                    .build());
    return (direct ? builder.directExecutor() : builder).build().start().getPort();
  }

  @Override
  public Caller connect(int port, Load load) {
    List<Channel> channels = new ArrayList<>();
    for (int i = 0; i < load.connections(); i++) {
      NettyChannelBuilder builder =
          NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext();
      channels.add((direct ? builder.directExecutor() : builder).build());
    }
    BytesValue payload = (BytesValue) load.payload().value();
    AtomicInteger turn = new AtomicInteger();
    return done ->
        ClientCalls.asyncUnaryCall(
            channels
                .get(Math.floorMod(turn.getAndIncrement(), channels.size()))
                .newCall(ECHO, CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS)),
            payload,
            new Observer(done));
  }

  private static final class Observer implements StreamObserver<BytesValue> {
    private final BiConsumer<@Nullable Object, @Nullable Throwable> done;
    private @Nullable BytesValue value;

    Observer(BiConsumer<@Nullable Object, @Nullable Throwable> done) {
      this.done = done;
    }

    @Override
    public void onNext(BytesValue response) {
      value = response;
    }

    @Override
    public void onError(Throwable thrown) {
      done.accept(null, thrown);
    }

    @Override
    public void onCompleted() {
      done.accept(value, null);
    }
  }
}
