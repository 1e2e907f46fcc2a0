package io.duomesh.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Duomesh;
import io.duomesh.RpcException;
import io.duomesh.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Contexts whose control plane is not there. */
@DisabledIfSystemProperty(
    named = "duomesh.test.without-xds",
    matches = "true",
    disabledReason = "nothing to test without sdk-xds")
class ControlPlaneTest {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(DuomeshAutoConfiguration.class))
          .withUserConfiguration(CallsTest.Calling.class)
          .withPropertyValues("greeter=xds:///greeter.demo:80");
  private final ApplicationContextRunner absent =
      runner.withPropertyValues(
          "duomesh.xds.server=127.0.0.1:1",
          "duomesh.xds.node.id=front-1",
          "duomesh.startup-timeout=300ms");

  @Test
  void startFailsWhereItMustNotGoOnWithoutConfiguration() {
    absent
        .withPropertyValues("duomesh.startup=fail")
        .run(
            context -> {
              String report = Reports.of(context.getStartupFailure());
              assertTrue(report.contains("127.0.0.1:1"), report);
              assertTrue(report.contains("duomesh.startup=wait"), report);
            });
  }

  @Test
  void startGoesOnNotReadyAndCallsSayWhy() {
    absent.run(
        context -> {
          assertNull(context.getStartupFailure());
          assertFalse(context.getBean(Duomesh.class).state().ready());
          Greeting greeting = context.getBean(Greeting.class);
          RpcException failure = assertThrows(RpcException.class, () -> greeting.greet("you"));
          assertEquals(Status.Code.UNAVAILABLE, failure.status().code());
          assertTrue(failure.getMessage().contains("127.0.0.1:1"), failure.getMessage());
        });
  }

  @Test
  void xdsTargetWithoutAControlPlaneIsReported() {
    runner.run(
        context -> {
          String report = Reports.of(context.getStartupFailure());
          assertTrue(report.contains("xds:///greeter.demo:80"), report);
          assertTrue(report.contains("duomesh.xds.server"), report);
        });
  }
}
