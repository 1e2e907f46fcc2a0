package io.duomesh.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import io.duomesh.Duomesh;
import io.duomesh.ServiceOptions;
import java.io.Serializable;
import java.net.BindException;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class ServicesTest {
  private final Duomesh duomesh = mock(Duomesh.class);
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(DuomeshAutoConfiguration.class))
          .withBean(Duomesh.class, () -> duomesh);

  @Test
  void markedBeanIsOfferedByItsOnlyInterface() {
    runner.withBean(Plain.class).run(context -> verify(duomesh).start());
    assertEquals(ServiceOptions.DEFAULT, options());
  }

  @Test
  void annotationNamesTheServiceAndItsExecutor() {
    Executor executor = Runnable::run;
    runner
        .withBean("rpcThreads", Executor.class, () -> executor)
        .withBean(Named.class)
        .withPropertyValues("greeting.version=3.1", "greeting.timeout=700ms")
        .run(context -> assertNull(context.getStartupFailure()));
    assertEquals("3.1", options().version());
    assertEquals("blue", options().group());
    assertEquals("u1", options().uniqueId());
    assertSame(executor, options().executor());
    assertEquals(Duration.ofMillis(700), options().timeout());
  }

  @Test
  void beanOfAMarkedMethodIsOffered() {
    runner
        .withUserConfiguration(ByMethod.class)
        .run(context -> assertNull(context.getStartupFailure()));
    assertEquals("4", options().version());
  }

  @Test
  void markedClassIsAComponent() {
    assertTrue(
        org.springframework.core.annotation.AnnotatedElementUtils.hasAnnotation(
            Plain.class, org.springframework.stereotype.Component.class));
  }

  @Test
  void beanOfSeveralInterfacesMustNameOne() {
    runner
        .withBean(Ambiguous.class)
        .run(
            context -> {
              String report = Reports.of(context.getStartupFailure());
              assertTrue(report.contains("expected: one interface"), report);
              assertTrue(report.contains("io.duomesh.spring.Greeting"), report);
            });
    verify(duomesh, never()).export(any(), any(), any());
  }

  @Test
  void timeoutThatIsNoTimeIsReported() {
    runner
        .withBean("rpcThreads", Executor.class, () -> Runnable::run)
        .withBean(Named.class)
        .withPropertyValues("greeting.version=3.1", "greeting.timeout=soon")
        .run(
            context -> {
              String report = Reports.of(context.getStartupFailure());
              assertTrue(report.contains("timeout: soon (expected: a time span"), report);
            });
  }

  @Test
  void disabledServerOffersNothing() {
    runner
        .withBean(Plain.class)
        .withPropertyValues("duomesh.server.enabled=false")
        .run(context -> verify(duomesh).startClients());
    verify(duomesh, never()).export(any(), any(), any());
  }

  @Test
  void takenPortIsReportedWithWhatToDo() {
    doThrow(new IllegalStateException("port 12200: taken", new BindException("in use")))
        .when(duomesh)
        .export(any(), any(), any());
    runner
        .withBean(Plain.class)
        .run(
            context -> {
              String report = Reports.of(context.getStartupFailure());
              assertTrue(report.contains("port 12200: taken"), report);
              assertTrue(report.contains("duomesh.server.port"), report);
            });
  }

  @SuppressWarnings("unchecked")
  private ServiceOptions options() {
    ArgumentCaptor<ServiceOptions> options = ArgumentCaptor.forClass(ServiceOptions.class);
    verify(duomesh).export(eq(Greeting.class), any(Greeting.class), options.capture());
    return options.getValue();
  }

  @RpcService
  static class Plain implements Greeting, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public String greet(String name) {
      return "hello " + name;
    }
  }

  @RpcService(
      interfaceType = Greeting.class,
      version = "${greeting.version}",
      group = "blue",
      uniqueId = "u1",
      executor = "rpcThreads",
      timeout = "${greeting.timeout}")
  static class Named extends Plain implements Runnable {
    private static final long serialVersionUID = 1L;

    @Override
    public void run() {}
  }

  interface Other {}

  @RpcService
  static class Ambiguous extends Plain implements Other {
    private static final long serialVersionUID = 1L;
  }

  @Configuration(proxyBeanMethods = false)
  static class ByMethod {
    @Bean
    @RpcService(version = "4")
    Greeting greeting() {
      return name -> "hi " + name;
    }
  }
}
