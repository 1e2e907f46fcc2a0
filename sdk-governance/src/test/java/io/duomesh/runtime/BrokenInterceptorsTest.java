package io.duomesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.CallOptions;
import io.duomesh.Channel;
import io.duomesh.ClientCall;
import io.duomesh.ClientInterceptor;
import io.duomesh.Duomesh;
import io.duomesh.ForwardingClientCall;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.ResponseFlag;
import io.duomesh.RpcException;
import io.duomesh.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a client's interceptor does wrong, its call ends, once, and says whose fault it was. */
class BrokenInterceptorsTest {
  private static final String ADDRESS = "broken:1";

  private @Nullable Duomesh mesh;
  private final AtomicInteger ends = new AtomicInteger();

  interface Greeter {
    String greet(String name);

    CompletableFuture<String> greetLater(String name);
  }

  /** Where the interceptor throws. */
  enum Where {
    INTERCEPT,
    INTERCEPT_AFTER_NEXT,
    START,
    START_AFTERWARDS,
    SEND,
    SEND_AFTERWARDS,
    ON_MESSAGE,
    ON_CLOSE,
    ON_CLOSE_AFTERWARDS
  }

  private static final class Thrower implements ClientInterceptor {
    private final Where where;
    private final Throwable thrown;

    Thrower(Where where, Throwable thrown) {
      this.where = where;
      this.thrown = thrown;
    }

    private void at(Where here) {
      if (where == here) {
        BrokenInterceptorsTest.<RuntimeException>sneak(thrown);
      }
    }

    @Override
    public ClientCall intercept(Invocation invocation, Channel next) {
      at(Where.INTERCEPT);
      ClientCall call = next.newCall(invocation);
      at(Where.INTERCEPT_AFTER_NEXT);
      return new ForwardingClientCall(call) {
        @Override
        public void start(Listener listener) {
          at(Where.START);
          super.start(
              new Listener() {
                @Override
                public void onMessage(@Nullable Object message) {
                  at(Where.ON_MESSAGE);
                  listener.onMessage(message);
                }

                @Override
                public void onClose(Status status, Metadata trailers) {
                  at(Where.ON_CLOSE);
                  listener.onClose(status, trailers);
                  at(Where.ON_CLOSE_AFTERWARDS);
                }
              });
          at(Where.START_AFTERWARDS);
        }

        @Override
        public void send(Object message) {
          at(Where.SEND);
          super.send(message);
          at(Where.SEND_AFTERWARDS);
        }
      };
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void sneak(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @BeforeEach
  void serve() {
    LoopTransport.serve(ADDRESS, (invocation, request) -> LoopTransport.Reply.ok("hello"));
  }

  @AfterEach
  void close() {
    if (mesh != null) {
      mesh.close();
    }
    LoopTransport.stop(ADDRESS);
  }

  private Greeter greeter(String timeout, ClientInterceptor... interceptors) {
    var builder =
        Duomesh.builder()
            .traffic(OneCluster.of("greeter", "loop", ADDRESS))
            .set("duomesh.client.timeout", timeout)
            .clientInterceptor(this::counted);
    for (ClientInterceptor interceptor : interceptors) {
      builder.clientInterceptor(interceptor);
    }
    Duomesh made = builder.build();
    mesh = made;
    return made.start().client(Greeter.class, "greeter");
  }

  /** The outermost interceptor: sees how often a call ends. */
  private ClientCall counted(Invocation invocation, Channel next) {
    return new ForwardingClientCall(next.newCall(invocation)) {
      @Override
      public void start(Listener listener) {
        super.start(
            new Listener() {
              @Override
              public void onMessage(@Nullable Object message) {
                listener.onMessage(message);
              }

              @Override
              public void onClose(Status status, Metadata trailers) {
                ends.incrementAndGet();
                listener.onClose(status, trailers);
              }
            });
      }
    };
  }

  private static RpcException failure(CompletableFuture<String> future) {
    ExecutionException e =
        assertThrows(ExecutionException.class, () -> future.get(20, TimeUnit.SECONDS));
    return (RpcException) e.getCause();
  }

  /** Else the answer may end the call before the interceptor comes to throw. */
  private static void answerUnlessThrownAfterSending(Where where) {
    if (where == Where.SEND_AFTERWARDS) {
      LoopTransport.serve(ADDRESS, (invocation, request) -> null);
    }
  }

  private static void assertBlamed(RpcException failure, Class<?> interceptor) {
    Status status = failure.status();
    assertEquals(Status.Code.INTERNAL, status.code(), status.toString());
    assertEquals(Status.Origin.LOCAL, status.origin(), status.toString());
    assertTrue(status.message().contains(interceptor.getName()), status.toString());
  }

  @ParameterizedTest
  @EnumSource(Where.class)
  void interceptorThatThrowsFailsItsCallByName(Where where) throws Exception {
    IllegalStateException thrown = new IllegalStateException("no coffee");
    answerUnlessThrownAfterSending(where);
    Greeter greeter = greeter("0", new Thrower(where, thrown));
    CompletableFuture<String> later = greeter.greetLater("x");
    if (where == Where.ON_CLOSE_AFTERWARDS) {
      assertEquals("hello", later.get(20, TimeUnit.SECONDS)); // it was over already
      assertEquals("hello", greeter.greet("x"));
    } else {
      RpcException failure = failure(later);
      assertBlamed(failure, Thrower.class);
      assertSame(thrown, failure.getCause());
      assertBlamed(assertThrows(RpcException.class, () -> greeter.greet("x")), Thrower.class);
    }
    assertEquals(2, ends.get());
  }

  @ParameterizedTest
  @EnumSource(Where.class)
  void errorInAnInterceptorFailsItsCallAlone(Where where) throws Exception {
    answerUnlessThrownAfterSending(where);
    Greeter greeter = greeter("0", new Thrower(where, new StackOverflowError()));
    CompletableFuture<String> later = greeter.greetLater("x");
    if (where == Where.ON_CLOSE_AFTERWARDS) {
      assertEquals("hello", later.get(20, TimeUnit.SECONDS));
    } else {
      assertBlamed(failure(later), Thrower.class);
    }
    assertEquals(1, ends.get());
  }

  @Test
  void statusThatAnInterceptorThrowsIsTheCalls() {
    RpcException no =
        new RpcException(Status.local(Status.Code.UNAUTHENTICATED, "no token"), Metadata.EMPTY);
    Greeter greeter = greeter("0", new Thrower(Where.INTERCEPT, no));
    assertSame(no, failure(greeter.greetLater("x")));
    assertSame(no, assertThrows(RpcException.class, () -> greeter.greet("x")));
  }

  @Test
  void interceptorThatReturnsNothingFailsItsCall() {
    ClientInterceptor none = (invocation, next) -> null;
    Greeter greeter = greeter("0", none);
    assertBlamed(failure(greeter.greetLater("x")), none.getClass());
    assertBlamed(assertThrows(RpcException.class, () -> greeter.greet("x")), none.getClass());
  }

  /** A call that its interceptor forgets. */
  private static final class Forgotten implements ClientCall {
    @Override
    public void start(Listener listener) {}

    @Override
    public void request(int messages) {}

    @Override
    public void send(Object message) {}

    @Override
    public void halfClose() {}

    @Override
    public void cancel(@Nullable String reason) {}

    @Override
    public boolean isReady() {
      return true;
    }
  }

  /** Passes everything on but the end. */
  private static ClientCall endless(Invocation invocation, Channel next) {
    return new ForwardingClientCall(next.newCall(invocation)) {
      @Override
      public void start(Listener listener) {
        super.start(
            new Listener() {
              @Override
              public void onMessage(@Nullable Object message) {}

              @Override
              public void onClose(Status status, Metadata trailers) {}
            });
      }
    };
  }

  @Test
  void callThatAnInterceptorForgetsEndsAtItsDeadline() {
    ClientInterceptor forgetful = (invocation, next) -> new Forgotten();
    Greeter greeter = greeter("200ms", forgetful);
    Status status = failure(greeter.greetLater("x")).status();
    assertEquals(Status.Code.DEADLINE_EXCEEDED, status.code());
    assertEquals(ResponseFlag.UT, status.flag());
    assertTrue(status.message().contains(forgetful.getClass().getName()), status.message());
    status = assertThrows(RpcException.class, () -> greeter.greet("x")).status();
    assertTrue(status.message().contains(forgetful.getClass().getName()), status.message());
  }

  @Test
  void callWhoseEndAnInterceptorKeepsEndsAtItsDeadline() {
    ClientInterceptor endless = BrokenInterceptorsTest::endless;
    Status status = failure(greeter("200ms", endless).greetLater("x")).status();
    assertEquals(Status.Code.DEADLINE_EXCEEDED, status.code());
    assertTrue(status.message().contains(endless.getClass().getName()), status.message());
  }

  @Test
  void callThatIsForgottenWithoutADeadlineEndsWithTheRuntime() {
    CompletableFuture<String> lost =
        greeter("0", (invocation, next) -> new Forgotten()).greetLater("x");
    mesh.close();
    assertEquals(Status.Code.UNAVAILABLE, failure(lost).status().code());
  }

  @Test
  void interceptorThatTellsTheEndTwiceIsHeardOnce() throws Exception {
    ClientInterceptor eager =
        (invocation, next) ->
            new ForwardingClientCall(next.newCall(invocation)) {
              @Override
              public void start(Listener listener) {
                super.start(
                    new Listener() {
                      @Override
                      public void onMessage(@Nullable Object message) {
                        listener.onMessage(message);
                        listener.onClose(Status.OK, Metadata.EMPTY);
                      }

                      @Override
                      public void onClose(Status status, Metadata trailers) {
                        listener.onClose(status, trailers);
                        listener.onClose(status, trailers);
                      }
                    });
              }
            };
    Greeter greeter = greeter("0", eager);
    assertEquals("hello", greeter.greetLater("x").get(20, TimeUnit.SECONDS));
    assertEquals("hello", greeter.greet("x"));
    assertEquals(2, ends.get());
  }

  @Test
  void interceptorMayStartItsCallAgainInItsEnd() {
    AtomicInteger tries = new AtomicInteger();
    LoopTransport.serve(
        ADDRESS,
        (invocation, request) ->
            tries.incrementAndGet() < 3
                ? LoopTransport.Reply.failed(Status.remote(Status.Code.ABORTED, "again"))
                : LoopTransport.Reply.ok("third"));
    Greeter greeter = greeter("10s", Again::new);
    assertEquals("third", greeter.greet("x"));
    assertEquals(1, ends.get());
  }

  /** Retries what was aborted. */
  private static final class Again implements ClientCall {
    private final Invocation invocation;
    private final Channel next;
    private @Nullable Listener listener;
    private @Nullable ClientCall running;

    Again(Invocation invocation, Channel next) {
      this.invocation = invocation;
      this.next = next;
    }

    @Override
    public void start(Listener callListener) {
      listener = callListener;
    }

    @Override
    public void send(Object message) {
      Listener told = listener;
      ClientCall call = next.newCall(invocation);
      running = call;
      call.start(
          new Listener() {
            @Override
            public void onMessage(@Nullable Object response) {
              told.onMessage(response);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
              if (status.code() == Status.Code.ABORTED) {
                send(message);
              } else {
                told.onClose(status, trailers);
              }
            }
          });
      call.send(message);
    }

    @Override
    public void request(int messages) {}

    @Override
    public void halfClose() {}

    @Override
    public void cancel(@Nullable String reason) {
      if (running != null) {
        running.cancel(reason);
      }
    }

    @Override
    public boolean isReady() {
      return true;
    }
  }

  @Test
  void executorThatThrowsRunsNothingTwiceAndLosesNothing() throws Exception {
    Greeter greeter = greeter("0");
    Greeter rude =
        mesh.with(
            greeter,
            CallOptions.DEFAULT.withExecutor(
                task -> {
                  throw new StackOverflowError();
                }));
    assertEquals("hello", rude.greetLater("x").get(20, TimeUnit.SECONDS));
    Greeter undecided =
        mesh.with(
            greeter,
            CallOptions.DEFAULT.withExecutor(
                task -> {
                  task.run();
                  task.run();
                  throw new IllegalStateException("did it");
                }));
    assertEquals("hello", undecided.greetLater("x").get(20, TimeUnit.SECONDS));
    assertEquals(2, ends.get());
  }

  @Test
  void futureThatItsCallerCompletesCancelsItsCall() {
    LoopTransport.serve(ADDRESS, (invocation, request) -> null);
    Greeter greeter = greeter("0");
    greeter.greetLater("x").cancel(true);
    greeter.greetLater("x").complete("mine");
    greeter.greetLater("x").orTimeout(10, TimeUnit.MILLISECONDS);
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertEquals(3, ends.get()));
  }
}
