package io.duomesh.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.duomesh.ClientOptions;
import io.duomesh.Duomesh;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

class ClientsTest {
  private final Duomesh duomesh = mock(Duomesh.class);
  private final Greeting client = name -> "hello " + name;
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(DuomeshAutoConfiguration.class))
          .withBean(Duomesh.class, () -> duomesh);

  {
    when(duomesh.client(eq(Greeting.class), any(ClientOptions.class))).thenReturn(client);
  }

  @Test
  void clientIsInjectedIntoAConstructor() {
    runner
        .withUserConfiguration(Imported.class)
        .withPropertyValues("greeter=xds:///greeter:80")
        .run(context -> assertSame(client, context.getBean(Caller.class).greeting));
    assertEquals("xds:///greeter:80", options().target());
  }

  @Test
  void clientSaysWhatItsAnnotationSays() {
    runner
        .withUserConfiguration(Imported.class)
        .withPropertyValues("greeter=a:1", "wait=700ms")
        .run(context -> assertEquals("hello x", context.getBean(Greeting.class).greet("x")));
    ClientOptions options = options();
    assertEquals("2.0", options.version());
    assertEquals("blue", options.group());
    assertEquals("u1", options.uniqueId());
    assertEquals(Duration.ofMillis(700), options.call().timeout());
  }

  @Test
  void optionLeftOutIsNotSet() {
    runner
        .withUserConfiguration(ByPackage.class)
        .run(context -> assertSame(client, context.getBean(Greeting.class.getName())));
    ClientOptions options = options();
    assertNull(options.version());
    assertNull(options.group());
    assertNull(options.uniqueId());
    assertNull(options.call().timeout());
  }

  @Test
  void secondTargetOfAnInterfaceIsASecondBean() {
    runner
        .withUserConfiguration(Twice.class)
        .run(
            context -> {
              assertTrue(context.containsBean("io.duomesh.spring.Greeting"));
              assertTrue(context.containsBean("io.duomesh.spring.Greeting@b:2"));
            });
  }

  @Test
  void clientGoesBeforeTheServiceOfTheSameApplication() {
    runner
        .withUserConfiguration(Imported.class)
        .withBean(ServicesTest.Plain.class)
        .withPropertyValues("greeter=a:1")
        .run(
            context -> {
              assertSame(client, context.getBean(Caller.class).greeting);
              assertEquals("hello x", context.getBean(ServicesTest.Plain.class).greet("x"));
            });
  }

  @Test
  void referenceFieldIsSet() {
    runner
        .withBean(Referring.class)
        .withPropertyValues("greeter=c:3")
        .run(context -> assertSame(client, context.getBean(Referring.class).greeting));
    assertEquals("c:3", options().target());
    assertEquals("2.0", options().version());
  }

  @Test
  void finalReferenceFieldIsRefused() {
    runner
        .withBean(FinalReference.class)
        .run(
            context ->
                assertTrue(
                    context.getStartupFailure().getMessage().contains("neither static nor final")));
  }

  @Test
  void clientThatCannotBeMadeSaysWhichAndWhy() {
    when(duomesh.client(eq(Greeting.class), any(ClientOptions.class)))
        .thenThrow(new IllegalArgumentException("target scheme: xds"));
    runner
        .withUserConfiguration(Imported.class)
        .withPropertyValues("greeter=xds:///greeter")
        .run(
            context -> {
              String report = Reports.of(context.getStartupFailure());
              assertTrue(
                  report.contains(
                      "No client of io.duomesh.spring.Greeting for target xds:///greeter: target"
                          + " scheme: xds"),
                  report);
              assertTrue(report.contains("duomesh.xds.server"), report);
            });
  }

  private ClientOptions options() {
    ArgumentCaptor<ClientOptions> options = ArgumentCaptor.forClass(ClientOptions.class);
    verify(duomesh).client(eq(Greeting.class), options.capture());
    return options.getValue();
  }

  @Configuration(proxyBeanMethods = false)
  @ImportRpcClients(
      target = "${greeter}",
      types = Greeting.class,
      version = "2.0",
      group = "blue",
      uniqueId = "u1",
      timeout = "${wait:}")
  @Import(Caller.class)
  static class Imported {}

  @Configuration(proxyBeanMethods = false)
  @ImportRpcClients(target = "a:1", basePackages = "io.duomesh.spring")
  static class ByPackage {}

  @Configuration(proxyBeanMethods = false)
  @ImportRpcClients(target = "a:1", types = Greeting.class)
  @ImportRpcClients(target = "b:2", types = Greeting.class)
  static class Twice {}

  static class Caller {
    final Greeting greeting;

    Caller(Greeting greeting) {
      this.greeting = greeting;
    }
  }

  static class Referring {
    @RpcReference(target = "${greeter}", version = "2.0")
    private Greeting greeting;
  }

  static class FinalReference {
    @RpcReference(target = "c:3")
    final Greeting greeting = null;
  }
}
