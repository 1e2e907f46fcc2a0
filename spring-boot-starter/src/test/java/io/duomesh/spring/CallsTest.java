package io.duomesh.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.ClientInterceptor;
import io.duomesh.Duomesh;
import io.duomesh.Metadata;
import io.duomesh.RpcException;
import io.duomesh.ServerInterceptor;
import io.duomesh.Status;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;

/** Contexts with the real runtime that call each other. */
class CallsTest {
  private final ApplicationContextRunner server =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(DuomeshAutoConfiguration.class))
          .withPropertyValues("duomesh.server.port=0", "duomesh.server.address=127.0.0.1");
  private final ApplicationContextRunner client =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(DuomeshAutoConfiguration.class))
          .withUserConfiguration(Calling.class);

  @ParameterizedTest
  @ValueSource(strings = {"triple", "bolt"})
  void clientCallsTheServiceOfAnotherContext(String protocol) {
    server
        .withUserConfiguration(Serving.class)
        .run(
            serving ->
                client
                    .withPropertyValues(
                        "greeter=greeter",
                        "duomesh.static.greeter=127.0.0.1:" + port(serving),
                        "duomesh.client.greeter.protocol=" + protocol)
                    .run(
                        calling -> {
                          assertEquals("hello you", calling.getBean(Greeting.class).greet("you"));
                          assertEquals(
                              protocol,
                              calling
                                  .getBean(Duomesh.class)
                                  .explain(
                                      "greeter",
                                      "/io.duomesh.spring.Greeting/greet",
                                      Metadata.EMPTY,
                                      0)
                                  .protocol());
                        }));
  }

  @Test
  void sidecarModeSendsCallsToTheSidecar() {
    server
        .withUserConfiguration(Serving.class)
        .run(
            standIn ->
                client
                    .withPropertyValues(
                        "greeter=nowhere.invalid:80",
                        "duomesh.mode=sidecar",
                        "duomesh.sidecar.address=127.0.0.1:" + port(standIn))
                    .run(
                        calling ->
                            assertEquals(
                                "hello you", calling.getBean(Greeting.class).greet("you"))));
  }

  @Test
  void interceptorBeansStandInTheirOrder() {
    List<String> passed = new CopyOnWriteArrayList<>();
    server
        .withUserConfiguration(Serving.class, Intercepting.class)
        .withBean("passed", List.class, () -> passed)
        .run(
            serving ->
                client
                    .withUserConfiguration(Intercepting.class)
                    .withBean("passed", List.class, () -> passed)
                    .withPropertyValues("greeter=static://127.0.0.1:" + port(serving))
                    .run(calling -> calling.getBean(Greeting.class).greet("you")));
    assertEquals(List.of("client 1", "client 2", "server 1", "server 2"), passed);
  }

  @Test
  void callInProgressFinishesWhileTheContextCloses() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    LaterPhase later = new LaterPhase();
    List<CompletableFuture<String>> calls = new CopyOnWriteArrayList<>();
    Duomesh caller = Duomesh.builder().set("duomesh.client.timeout", "20s").build().start();
    server
        .withBean(SlowGreeting.class, () -> new SlowGreeting(entered, leave))
        .withBean(LaterPhase.class, () -> later)
        .run(
            serving -> {
              Greeting greeting =
                  caller.client(Greeting.class, "static://127.0.0.1:" + port(serving));
              calls.add(CompletableFuture.supplyAsync(() -> greeting.greet("you")));
              assertTrue(entered.await(10, TimeUnit.SECONDS));
              CompletableFuture<Void> closed = CompletableFuture.runAsync(serving::close);
              assertFalse(later.stopped.await(500, TimeUnit.MILLISECONDS), "nobody waited");
              leave.countDown();
              assertTrue(later.stopped.await(10, TimeUnit.SECONDS));
              closed.get(15, TimeUnit.SECONDS);
            });
    assertEquals("hello you", calls.get(0).get(10, TimeUnit.SECONDS));
    caller.close();
  }

  @Test
  void callFromAnInitializerEndsAtItsDeadline() {
    client
        .withBean(EagerCaller.class)
        .withPropertyValues("greeter=a:1")
        .run(
            context -> {
              RpcException failure = context.getBean(EagerCaller.class).failure;
              assertEquals(Status.Code.DEADLINE_EXCEEDED, failure.status().code());
            });
  }

  @Test
  void takenPortIsReported() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      server
          .withUserConfiguration(Serving.class)
          .withPropertyValues("duomesh.server.port=" + taken.getLocalPort())
          .run(
              context -> {
                String report = Reports.of(context.getStartupFailure());
                assertTrue(report.contains("cannot open its port"), report);
                assertTrue(report.contains(String.valueOf(taken.getLocalPort())), report);
                assertTrue(report.contains("set duomesh.server.port"), report);
              });
    }
  }

  @Test
  void badSettingIsReportedByItsName() {
    server
        .withPropertyValues("duomesh.server.threads=0")
        .run(
            context -> {
              String report = Reports.of(context.getStartupFailure());
              assertTrue(report.contains("duomesh.server.threads: 0"), report);
              assertTrue(report.contains("Correct the setting"), report);
            });
  }

  private static int port(ApplicationContext context) {
    return context.getBean(Duomesh.class).port();
  }

  @Configuration(proxyBeanMethods = false)
  @Import(ServicesTest.Plain.class)
  static class Serving {}

  @Configuration(proxyBeanMethods = false)
  @ImportRpcClients(target = "${greeter}", types = Greeting.class, timeout = "10s")
  static class Calling {}

  /** Calls before the runtime has started. */
  static class EagerCaller implements InitializingBean {
    @RpcReference(target = "static://127.0.0.1:1", timeout = "200ms")
    Greeting greeting;

    RpcException failure;

    @Override
    public void afterPropertiesSet() {
      failure = assertThrows(RpcException.class, () -> greeting.greet("you"));
    }
  }

  /** Stops after the server, as web servers do. */
  static class LaterPhase implements SmartLifecycle {
    final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean running;

    @Override
    public void start() {
      running = true;
    }

    @Override
    public void stop() {
      running = false;
      stopped.countDown();
    }

    @Override
    public boolean isRunning() {
      return running;
    }

    @Override
    public int getPhase() {
      return Integer.MAX_VALUE - 1024;
    }
  }

  @RpcService
  static class SlowGreeting implements Greeting {
    private final CountDownLatch entered;
    private final CountDownLatch leave;

    SlowGreeting(CountDownLatch entered, CountDownLatch leave) {
      this.entered = entered;
      this.leave = leave;
    }

    @Override
    public String greet(String name) {
      entered.countDown();
      try {
        return leave.await(10, TimeUnit.SECONDS) ? "hello " + name : "nobody let me go";
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return "interrupted";
      }
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Intercepting {
    @Bean
    @Order(2)
    ClientInterceptor second(List<String> passed) {
      return client(passed, "client 2");
    }

    @Bean
    @Order(1)
    ClientInterceptor first(List<String> passed) {
      return client(passed, "client 1");
    }

    @Bean
    @Order(2)
    ServerInterceptor inner(List<String> passed) {
      return server(passed, "server 2");
    }

    @Bean
    @Order(1)
    ServerInterceptor outer(List<String> passed) {
      return server(passed, "server 1");
    }

    private static ClientInterceptor client(List<String> passed, String name) {
      return (invocation, next) -> {
        passed.add(name);
        return next.newCall(invocation);
      };
    }

    private static ServerInterceptor server(List<String> passed, String name) {
      return (call, next) -> {
        passed.add(name);
        return next.start(call);
      };
    }
  }
}
