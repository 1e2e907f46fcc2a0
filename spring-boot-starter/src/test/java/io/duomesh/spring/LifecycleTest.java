package io.duomesh.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.duomesh.Duomesh;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mockito.stubbing.Answer;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.SmartLifecycle;

class LifecycleTest {
  private final List<String> events = Collections.synchronizedList(new ArrayList<>());
  private final Duomesh duomesh = mock(Duomesh.class);
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(DuomeshAutoConfiguration.class))
          .withBean("duomesh", Duomesh.class, () -> duomesh);

  @Test
  void serverStartsLastAndStopsFirstAndClientsOutliveEverything() {
    when(duomesh.startClients()).thenAnswer(saying("connect", duomesh));
    doAnswer(saying("serve", null)).when(duomesh).export(any(), any(), any());
    when(duomesh.start()).thenAnswer(saying("open", duomesh));
    doAnswer(saying("drain", null)).when(duomesh).stopServer();
    doAnswer(saying("disconnect", null)).when(duomesh).close();
    runner
        .withBean(ServicesTest.Plain.class)
        .withBean("web", Phase.class, () -> new Phase("web", Integer.MAX_VALUE - 2048))
        .withBean("graceful", Phase.class, () -> new Phase("graceful", Integer.MAX_VALUE - 1024))
        .withBean("early", Phase.class, () -> new Phase("early", -1000))
        .withUserConfiguration(ClientsTest.ByPackage.class)
        .withBean(UserOfAClient.class, () -> new UserOfAClient(events))
        .run(context -> events.add("running"));
    assertEquals(
        List.of(
            "connect",
            "start early",
            "start web",
            "start graceful",
            "serve",
            "open",
            "running",
            "drain",
            "stop graceful",
            "stop web",
            "stop early",
            "destroy a user",
            "disconnect"),
        events);
  }

  @Test
  void missingConfigurationIsReportedWithWhatToDo() {
    when(duomesh.startClients())
        .thenThrow(new IllegalStateException("no configuration from xds at a:1 within 15000 ms"));
    runner.run(
        context -> {
          String report = Reports.of(context.getStartupFailure());
          assertTrue(report.contains("no configuration from xds at a:1"), report);
          assertTrue(report.contains("duomesh.startup=wait"), report);
        });
  }

  @Test
  void settingThatStartRefusesIsReportedWithWhatToDo() {
    doThrow(new IllegalArgumentException("duomesh.mode: auto needs duomesh.sidecar.ready-url"))
        .when(duomesh)
        .startClients();
    runner.run(
        context -> {
          String report = Reports.of(context.getStartupFailure());
          assertTrue(report.contains("needs duomesh.sidecar.ready-url"), report);
          assertTrue(report.contains("Correct the setting"), report);
        });
  }

  @Test
  void nothingIsThereWhenDisabled() {
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(DuomeshAutoConfiguration.class))
        .withPropertyValues("duomesh.enabled=false")
        .run(context -> assertEquals(0, context.getBeanNamesForType(Duomesh.class).length));
  }

  private Answer<Object> saying(String event, Object result) {
    return call -> {
      events.add(event);
      return result;
    };
  }

  static final class UserOfAClient implements AutoCloseable {
    private final List<String> events;

    @RpcReference(target = "a:1")
    Greeting greeting;

    UserOfAClient(List<String> events) {
      this.events = events;
    }

    @Override
    public void close() {
      events.add("destroy a user");
    }
  }

  private final class Phase implements SmartLifecycle {
    private final String name;
    private final int phase;
    private boolean running;

    Phase(String name, int phase) {
      this.name = name;
      this.phase = phase;
    }

    @Override
    public void start() {
      events.add("start " + name);
      running = true;
    }

    @Override
    public void stop() {
      events.add("stop " + name);
      running = false;
    }

    @Override
    public boolean isRunning() {
      return running;
    }

    @Override
    public int getPhase() {
      return phase;
    }
  }
}
