package io.duomesh.interop.sofa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.alipay.sofa.rpc.api.future.SofaResponseFuture;
import com.alipay.sofa.rpc.config.ConsumerConfig;
import com.alipay.sofa.rpc.config.MethodConfig;
import com.alipay.sofa.rpc.context.RpcInvokeContext;
import com.alipay.sofa.rpc.core.exception.SofaRpcException;
import com.alipay.sofa.rpc.core.exception.SofaTimeOutException;
import com.alipay.sofa.rpc.core.invoke.SofaResponseCallback;
import com.alipay.sofa.rpc.core.request.RequestBase;
import io.duomesh.ClientOptions;
import io.duomesh.Duomesh;
import io.duomesh.RpcMethod;
import io.duomesh.ServiceOptions;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The ways to invoke: sync, future, callback and one-way, and calls that come too late. */
@Timeout(120)
class SofaInvokeTest {
  /** What both sides share. */
  public interface Clock {
    String tick(String text);

    void tell(String text);

    String hold(String text) throws InterruptedException;
  }

  /** The same service as our clients may call it. */
  public interface LaterClock {
    CompletableFuture<String> tick(String text);

    @RpcMethod(oneWay = true)
    void tell(String text);
  }

  private static final class Tower implements Clock {
    final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    final CountDownLatch released = new CountDownLatch(1);
    final AtomicInteger held = new AtomicInteger();

    @Override
    public String tick(String text) {
      if (text.equals("broken")) {
        throw new IllegalStateException("the spring is broken");
      }
      return text + " tock";
    }

    @Override
    public void tell(String text) {
      told.add(text);
    }

    @Override
    public String hold(String text) throws InterruptedException {
      held.incrementAndGet();
      told.add(text);
      released.await();
      return text;
    }
  }

  private static final ClientOptions AS_CLOCK =
      ClientOptions.target(SofaPeers.TARGET).withInterfaceName(Clock.class.getName());

  @RegisterExtension static final SofaPeers PEERS = new SofaPeers();

  private final Tower tower = new Tower();

  @AfterEach
  void forget() {
    RpcInvokeContext.removeContext();
    tower.released.countDown();
  }

  private int ourServer() {
    return PEERS
        .ourServer(server -> server.export(Clock.class, tower, ServiceOptions.DEFAULT))
        .port();
  }

  private static final class Answers implements SofaResponseCallback<Object> {
    final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();

    @Override
    public void onAppResponse(Object response, String method, RequestBase request) {
      seen.add(response);
    }

    @Override
    public void onAppException(Throwable thrown, String method, RequestBase request) {
      seen.add(thrown);
    }

    @Override
    public void onSofaException(SofaRpcException thrown, String method, RequestBase request) {
      seen.add(thrown);
    }
  }

  @Test
  void theirFutureGetsOurResultAndException() throws Exception {
    Clock clock = PEERS.theirClient(Clock.class, ourServer()).setInvokeType("future").refer();
    assertNull(clock.tick("tick"));
    assertEquals("tick tock", SofaResponseFuture.getResponse(30_000, true));
    assertNull(clock.tick("broken"));
    ExecutionException thrown =
        assertThrows(
            ExecutionException.class,
            () -> SofaResponseFuture.getFuture().get(30, TimeUnit.SECONDS));
    assertInstanceOf(IllegalStateException.class, thrown.getCause());
  }

  @Test
  void theirCallbackGetsOurResultAndException() throws Exception {
    Answers answers = new Answers();
    Clock clock =
        PEERS
            .theirClient(Clock.class, ourServer())
            .setInvokeType("callback")
            .setOnReturn(answers)
            .refer();
    assertNull(clock.tick("tick"));
    assertEquals("tick tock", answers.seen.poll(30, TimeUnit.SECONDS));
    clock.tick("broken");
    assertInstanceOf(IllegalStateException.class, answers.seen.poll(30, TimeUnit.SECONDS));
  }

  @Test
  void theirThousandCallbacksAreAllAnswered() throws Exception {
    Answers answers = new Answers();
    Clock clock =
        PEERS
            .theirClient(Clock.class, ourServer())
            .setInvokeType("callback")
            .setOnReturn(answers)
            .refer();
    for (int i = 0; i < 1000; i++) {
      clock.tick("tick");
    }
    for (int i = 0; i < 1000; i++) {
      Object answer = answers.seen.poll(30, TimeUnit.SECONDS);
      if (!"tick tock".equals(answer)) {
        // their client's own pool for callbacks (200 threads, queue of 256) may be full
        assertTrue(String.valueOf(answer).contains("RejectedExecution"), String.valueOf(answer));
      }
    }
  }

  @Test
  void theirMethodsMayDifferInKind() throws Exception {
    ConsumerConfig<Clock> config = PEERS.theirClient(Clock.class, ourServer());
    config.setMethods(List.of(new MethodConfig().setName("tell").setInvokeType("oneway")));
    Clock clock = config.refer();
    clock.tell("noon");
    assertEquals("noon", tower.told.poll(30, TimeUnit.SECONDS));
    assertEquals("tick tock", clock.tick("tick"));
  }

  @Test
  void ourFutureGetsTheirResultAndException() throws Exception {
    Duomesh client = PEERS.ourClient(PEERS.theirServer(SofaPeers.provider(Clock.class, tower)));
    LaterClock clock = client.client(LaterClock.class, AS_CLOCK);
    assertEquals("tick tock", clock.tick("tick").get(30, TimeUnit.SECONDS));
    ExecutionException thrown =
        assertThrows(
            ExecutionException.class, () -> clock.tick("broken").get(30, TimeUnit.SECONDS));
    assertEquals("the spring is broken", thrown.getCause().getMessage());
    assertInstanceOf(IllegalStateException.class, thrown.getCause());
  }

  @Test
  void ourOneWayCallReachesThem() throws Exception {
    Duomesh client = PEERS.ourClient(PEERS.theirServer(SofaPeers.provider(Clock.class, tower)));
    client.client(LaterClock.class, AS_CLOCK).tell("noon");
    assertEquals("noon", tower.told.poll(30, TimeUnit.SECONDS));
  }

  @Test
  void callThatExpiredBeforeItsTurnIsNotRunAndLeavesNothingBehind() throws Exception {
    Duomesh server =
        PEERS.ourServer(
            settings ->
                settings
                    .set("duomesh.server.max-concurrent-calls-per-connection", "8")
                    .set("duomesh.server.threads", "8"),
            s -> s.export(Clock.class, tower, ServiceOptions.DEFAULT));
    Clock hurried = PEERS.theirClient(Clock.class, server.port()).setTimeout(200).refer();
    for (int i = 0; i < 3; i++) {
      assertThrows(SofaTimeOutException.class, () -> hurried.hold("x"));
    }
    tower.released.countDown();
    Clock patient = PEERS.theirClient(Clock.class, server.port()).refer();
    for (int i = 0; i < 20; i++) {
      assertEquals("tick tock", patient.tick("tick"));
    }
    // as many again as the connection allows: none of those that expired counts any more
    Answers answers = new Answers();
    Clock many =
        PEERS
            .theirClient(Clock.class, server.port())
            .setTimeout(200)
            .setInvokeType("callback")
            .setOnReturn(answers)
            .refer();
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 6; i++) {
        many.tick("tick");
      }
      for (int i = 0; i < 6; i++) {
        assertEquals("tick tock", answers.seen.poll(30, TimeUnit.SECONDS));
      }
    }
  }
}
