package io.duomesh.benchmarks;

import com.google.protobuf.BytesValue;
import io.duomesh.CallOptions;
import io.duomesh.ClientOptions;
import io.duomesh.Duomesh;
import io.duomesh.DuomeshBuilder;
import io.duomesh.ForwardingHandler;
import io.duomesh.MethodDescriptor;
import io.duomesh.RpcException;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.ServiceName;
import io.duomesh.ServiceOptions;
import io.duomesh.transport.BoltProcessor;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Duomesh through typed interfaces, everything on: an interceptor on each side, routes from a
 * snapshot, a local rate limit, circuit breakers, a deadline.
 */
final class DuomeshPeer implements Peer {
  /** Where handlers and results run. */
  enum Threads {
    /** Both on event loops. */
    EVENT_LOOP,
    /** The defaults. */
    EXECUTOR,
    /** Handlers on virtual threads, results on event loops. */
    VIRTUAL,
    /** Handlers on the default executor, results on the threads that wait for them. */
    BLOCKING
  }

  private final Threads threads;

  DuomeshPeer(Threads threads) {
    this.threads = threads;
  }

  @Override
  public int serve(Load load) {
    return server(load).port();
  }

  private Duomesh server(Load load) {
    DuomeshBuilder builder =
        Duomesh.builder()
            .set("duomesh.server.port", "0")
            .set("duomesh.server.address", load.connections() == 1 ? "127.0.0.1" : "0.0.0.0")
            .serverInterceptor((call, next) -> next.start(call));
    if (threads == Threads.VIRTUAL) {
      builder.set("duomesh.server.executor", "virtual");
    }
    Duomesh server = builder.build();
    ServiceOptions options =
        threads == Threads.EVENT_LOOP
            ? ServiceOptions.DEFAULT.withExecutor(Runnable::run)
            : ServiceOptions.DEFAULT;
    server.export(Echo.class, new Echo.Service(), options);
    server.export(AsyncEcho.class, new AsyncEcho.Service(), options);
    server.export(MessageEcho.class, CompletableFuture::completedFuture, options);
    return server.start();
  }

  @Override
  public Caller connect(int port, Load load) {
    return caller(client(port, load), load);
  }

  /** Both ends in one process. */
  Ends open(Load load) {
    Duomesh server = server(load);
    Duomesh client = client(server.port(), load);
    return new Ends(List.of(client, server), caller(client, load));
  }

  /** Both ends on Bolt in one process, and a proxy between them that reads no content. */
  Ends openProxied(Load load) {
    Duomesh server = server(load);
    Duomesh onward = client(server.port(), load);
    Duomesh proxy =
        Duomesh.builder()
            .set("duomesh.server.port", "0")
            .set("duomesh.server.address", "127.0.0.1")
            .build();
    proxy.export(
        new ServiceDefinition(
            ServiceName.ANY,
            List.of(
                new ServerMethod(
                    BoltProcessor.forwarded(ServiceName.ANY, "*", MethodDescriptor.Type.UNARY),
                    ForwardingHandler.to(onward.channel("echo"), "echo"))),
            Runnable::run));
    Duomesh client = client(proxy.start().port(), load);
    return new Ends(List.of(client, proxy, onward, server), caller(client, load));
  }

  /** Runtimes in the order of their closing, and who calls. */
  record Ends(List<Duomesh> all, Caller caller) implements AutoCloseable {
    @Override
    public void close() {
      all.forEach(Duomesh::close);
    }
  }

  private static Duomesh client(int port, Load load) {
    return Duomesh.builder()
        .set("duomesh.client.timeout", "30s")
        .set("duomesh.client.protocol", protocol(load))
        .clientInterceptor((invocation, next) -> next.newCall(invocation))
        .traffic(Traffic.snapshot(protocol(load), port, load.connections()))
        .build()
        .start();
  }

  private Caller caller(Duomesh client, Load load) {
    ClientOptions options = ClientOptions.target("echo");
    if (threads == Threads.EVENT_LOOP || threads == Threads.VIRTUAL) {
      options = options.withCall(CallOptions.DEFAULT.withExecutor(Runnable::run));
    }
    if (threads == Threads.BLOCKING) {
      return new Blocking(client.client(Echo.class, options), load.payload().value());
    }
    Object payload = load.payload().value();
    if (payload instanceof BytesValue message) {
      MessageEcho echo = client.client(MessageEcho.class, options);
      return done -> echo.echo(message).whenComplete(done);
    }
    AsyncEcho echo = client.client(AsyncEcho.class, options);
    return done -> AsyncEcho.call(echo, payload).whenComplete(done);
  }

  private static String protocol(Load load) {
    return load.payload() == Payload.PROTOBUF ? "triple" : "bolt";
  }

  private record Blocking(Echo echo, Object payload) implements Caller {
    @Override
    public void call(BiConsumer<@Nullable Object, @Nullable Throwable> done) {
      Object result;
      try {
        result = Echo.call(echo, payload);
      } catch (RpcException e) {
        done.accept(null, e);
        return;
      }
      done.accept(result, null);
    }

    @Override
    public boolean blocks() {
      return true;
    }
  }
}
