package io.duomesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Duomesh;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.RpcException;
import io.duomesh.ServerCall;
import io.duomesh.ServerHandler;
import io.duomesh.ServerInterceptor;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceName;
import io.duomesh.ServiceOptions;
import io.duomesh.Status;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is plugged into a server does wrong, its caller hears of it at once. */
class BrokenServersTest {
  private final List<Duomesh> running = new ArrayList<>();

  /** The service. */
  public interface Odd {
    String echo(String text);

    CompletableFuture<String> echoLater(String text);

    String deep(int levels);

    CompletableFuture<String> cancelled(String text);

    CompletableFuture<Unwritable> unwritable(String text);

    String take(Unwritable value);

    Object lazy();

    void fails();
  }

  /** A list whose elements are made as it is written, by code that does not load. */
  private static List<Object> lazy() {
    return new AbstractList<>() {
      @Override
      public Object get(int index) {
        throw new NoClassDefFoundError("demo/Missing");
      }

      @Override
      public int size() {
        return 1;
      }
    };
  }

  /** An exception with such a list in it. */
  public static final class LazyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings({"unused", "serial"})
    private final List<Object> elements = lazy();

    LazyException() {
      super("no elements");
    }
  }

  /** A value that cannot be written. */
  public static final class Unwritable implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("unused")
    private final Thread thread = Thread.currentThread();
  }

  private static final class OddService implements Odd {
    @Override
    public String echo(String text) {
      return text;
    }

    @Override
    public CompletableFuture<String> echoLater(String text) {
      return CompletableFuture.supplyAsync(() -> text);
    }

    @Override
    public String deep(int levels) {
      return deeper(levels);
    }

    private static String deeper(int levels) {
      return levels < 0 ? "" : deeper(levels + 1) + levels;
    }

    @Override
    public CompletableFuture<String> cancelled(String text) {
      CompletableFuture<String> future = new CompletableFuture<>();
      future.cancel(true);
      return future;
    }

    @Override
    public CompletableFuture<Unwritable> unwritable(String text) {
      return CompletableFuture.supplyAsync(Unwritable::new);
    }

    @Override
    public String take(Unwritable value) {
      return "taken";
    }

    @Override
    public Object lazy() {
      return BrokenServersTest.lazy();
    }

    @Override
    public void fails() {
      throw new LazyException();
    }
  }

  @AfterEach
  void close() {
    running.forEach(Duomesh::close);
  }

  private Odd odd(String protocol, @Nullable Executor executor, ServerInterceptor... interceptors) {
    var builder =
        Duomesh.builder()
            .set("duomesh.server.port", "0")
            .set("duomesh.server.address", "127.0.0.1");
    for (ServerInterceptor interceptor : interceptors) {
      builder.serverInterceptor(interceptor);
    }
    Duomesh server = builder.build();
    ServiceOptions options = ServiceOptions.DEFAULT;
    server.export(
        Odd.class, new OddService(), executor == null ? options : options.withExecutor(executor));
    return client(protocol, server);
  }

  private Odd client(String protocol, ServiceDefinition service) {
    Duomesh server =
        Duomesh.builder()
            .set("duomesh.server.port", "0")
            .set("duomesh.server.address", "127.0.0.1")
            .build();
    server.export(service);
    return client(protocol, server);
  }

  private Odd client(String protocol, Duomesh server) {
    running.add(server);
    server.start();
    Duomesh client =
        Duomesh.builder()
            .traffic(OneCluster.of("odd", protocol, "127.0.0.1:" + server.port()))
            .set("duomesh.client.timeout", "20s")
            .build();
    running.add(0, client);
    client.start();
    return client.client(Odd.class, "odd");
  }

  private static Status failure(CompletableFuture<?> future) {
    ExecutionException e =
        assertThrows(ExecutionException.class, () -> future.get(25, TimeUnit.SECONDS));
    return assertInstanceOf(RpcException.class, e.getCause()).status();
  }

  /** Where the interceptor throws. */
  enum Where {
    INTERCEPT,
    AFTER_NEXT,
    ON_MESSAGE,
    SEND,
    CLOSE
  }

  private record Thrower(Where where, Throwable thrown) implements ServerInterceptor {
    private void at(Where here) {
      if (where == here) {
        Thrower.<RuntimeException>sneak(thrown);
      }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
      throw (T) thrown;
    }

    @Override
    public ServerCall.Listener intercept(ServerCall call, ServerHandler next) {
      at(Where.INTERCEPT);
      ServerCall.Listener listener = next.start(new Wrapped(call, this));
      at(Where.AFTER_NEXT);
      return message -> {
        at(Where.ON_MESSAGE);
        listener.onMessage(message);
      };
    }
  }

  private record Wrapped(ServerCall call, Thrower thrower) implements ServerCall {
    @Override
    public MethodDescriptor method() {
      return call.method();
    }

    @Override
    public Metadata metadata() {
      return call.metadata();
    }

    @Override
    public io.duomesh.Deadline deadline() {
      return call.deadline();
    }

    @Override
    public java.net.@Nullable SocketAddress peer() {
      return call.peer();
    }

    @Override
    public String protocol() {
      return call.protocol();
    }

    @Override
    public void request(int messages) {
      call.request(messages);
    }

    @Override
    public void sendHeaders(Metadata headers) {
      call.sendHeaders(headers);
    }

    @Override
    public void send(@Nullable Object message) {
      thrower.at(Where.SEND);
      call.send(message);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      thrower.at(Where.CLOSE);
      call.close(status, trailers);
    }

    @Override
    public boolean isCancelled() {
      return call.isCancelled();
    }

    @Override
    public boolean isReady() {
      return call.isReady();
    }
  }

  @ParameterizedTest
  @EnumSource(Where.class)
  void interceptorThatThrowsIsInternalByName(Where where) {
    for (String protocol : List.of("bolt", "triple")) {
      for (Throwable thrown :
          List.of(new IllegalStateException("no tea"), new StackOverflowError())) {
        Odd odd = odd(protocol, null, new Thrower(where, thrown));
        assertBlamed(failure(odd.echoLater("x")));
        assertBlamed(assertThrows(RpcException.class, () -> odd.echo("x")).status());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void handlerThatThrowsWhatNobodyDeclaresEndsItsCall(String protocol) {
    MethodDescriptor echo =
        MethodDescriptor.of(
            ServiceName.of(Odd.class.getName()),
            "echo",
            MethodDescriptor.Type.UNARY,
            new PayloadShape.Arguments(
                List.of(String.class), List.of("java.lang.String"), String.class, List.of()));
    Exception thrown = new Exception("no tea");
    List<ServerHandler> handlers =
        List.of(
            call -> {
              Thrower.<RuntimeException>sneak(thrown);
              return message -> {};
            },
            call -> message -> Thrower.<RuntimeException>sneak(thrown));
    for (ServerHandler handler : handlers) {
      Odd odd =
          client(
              protocol,
              new ServiceDefinition(
                  echo.service(),
                  List.of(new ServiceDefinition.ServerMethod(echo, handler)),
                  null));
      RpcException e = assertThrows(RpcException.class, () -> odd.echo("x"));
      assertEquals(Status.Code.UNKNOWN, e.status().code(), e.toString());
      assertTrue(e.getMessage().contains("no tea"), e.toString());
    }
  }

  private static void assertBlamed(Status status) {
    assertEquals(Status.Code.INTERNAL, status.code(), status.toString());
    assertEquals(Status.Origin.REMOTE, status.origin(), status.toString());
    assertTrue(status.message().contains(Thrower.class.getName()), status.toString());
  }

  @Test
  void statusThatAnInterceptorThrowsReachesTheCaller() {
    RpcException no = new RpcException(Status.remote(Status.Code.PERMISSION_DENIED, "not you"));
    Odd odd = odd("triple", null, new Thrower(Where.INTERCEPT, no));
    Status status = assertThrows(RpcException.class, () -> odd.echo("x")).status();
    assertEquals(Status.Code.PERMISSION_DENIED, status.code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void interceptorThatReturnsNothingIsInternal(String protocol) {
    Odd odd = odd(protocol, null, (call, next) -> null);
    Status status = assertThrows(RpcException.class, () -> odd.echo("x")).status();
    assertEquals(Status.Code.INTERNAL, status.code());
    assertTrue(status.message().contains("returned null"), status.message());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void executorsThatMisbehaveLoseNoCall(String protocol) throws Exception {
    Executor broken =
        task -> {
          throw new IllegalStateException("no threads today");
        };
    Status status = failure(odd(protocol, broken).echoLater("x"));
    assertEquals(Status.Code.INTERNAL, status.code(), status.toString());
    assertTrue(status.message().contains("no threads today"), status.toString());
    Executor overflowing =
        task -> {
          throw new StackOverflowError();
        };
    assertEquals(Status.Code.INTERNAL, failure(odd(protocol, overflowing).echoLater("x")).code());
    Executor undecided =
        task -> {
          task.run();
          task.run();
          throw new IllegalStateException("did it");
        };
    Odd twice = odd(protocol, undecided);
    assertEquals("x", twice.echoLater("x").get(25, TimeUnit.SECONDS));
    assertEquals("y", twice.echo("y"));
    assertEquals("z", odd(protocol, Runnable::run).echoLater("z").get(25, TimeUnit.SECONDS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void errorsInTheServiceReachTheCaller(String protocol) {
    Odd odd = odd(protocol, null);
    Throwable deep = assertThrows(Throwable.class, () -> odd.deep(0));
    assertTrue(deep.toString().contains("StackOverflowError"), deep.toString());
    ExecutionException cancelled =
        assertThrows(ExecutionException.class, () -> odd.cancelled("x").get(25, TimeUnit.SECONDS));
    Status status = assertInstanceOf(RpcException.class, cancelled.getCause()).status();
    assertEquals(Status.Code.CANCELLED, status.code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void valuesThatCannotBeWrittenFailTheirCallsOnEitherSide(String protocol) {
    Odd odd = odd(protocol, null);
    BiConsumer<Status, String> cannot =
        (status, what) -> {
          assertEquals(Status.Code.INTERNAL, status.code(), what + ": " + status);
        };
    cannot.accept(failure(odd.unwritable("x")), "response");
    cannot.accept(
        assertThrows(RpcException.class, () -> odd.take(new Unwritable())).status(), "request");
    assertEquals("still there", odd.echo("still there"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void answersWhoseWritingMeetsAnErrorFailTheirCalls(String protocol) {
    Odd odd = odd(protocol, null);
    assertTimeoutPreemptively(
        Duration.ofSeconds(15), // less than the calls' own time: nobody may wait for that
        () -> {
          Status result = assertThrows(RpcException.class, odd::lazy).status();
          assertEquals(Status.Code.INTERNAL, result.code(), result.toString());
          assertTrue(result.message().contains("demo/Missing"), result.toString());
          RuntimeException thrown = assertThrows(RuntimeException.class, odd::fails);
          assertTrue(thrown.toString().contains("no elements"), thrown.toString());
        });
    assertEquals("still there", odd.echo("still there"));
  }
}
