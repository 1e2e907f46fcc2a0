package io.duomesh.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Duomesh;
import io.duomesh.RpcException;
import io.duomesh.Status;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.HeaderMatcher;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.RetryPolicy;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.RouteMatch;
import io.duomesh.traffic.StringMatcher;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.traffic.VirtualHost;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  void startFailsWhereNothingIsCalledAsWell() {
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(DuomeshAutoConfiguration.class))
        .withPropertyValues(
            "duomesh.xds.server=127.0.0.1:1",
            "duomesh.xds.node.id=front-1",
            "duomesh.startup-timeout=300ms",
            "duomesh.startup=fail")
        .run(
            context -> {
              String report = Reports.of(context.getStartupFailure());
              assertTrue(report.contains("127.0.0.1:1"), report);
            });
  }

  @Test
  void configurationBeanThatCannotBeUsedIsReported() {
    HeaderMatcher broken =
        new HeaderMatcher("x", new HeaderMatcher.Text(new StringMatcher.Regex("(")), false, false);
    RetryPolicy policy =
        new RetryPolicy(
            Set.of("retriable-headers"),
            1,
            null,
            Set.of(),
            List.of(broken),
            Duration.ofMillis(25),
            Duration.ofMillis(250),
            false,
            0,
            1);
    Route route =
        Route.of("all", RouteMatch.prefix(""), RouteAction.Forward.to("c").withRetryPolicy(policy));
    RouteConfiguration routes =
        RouteConfiguration.of("r", VirtualHost.of("v", List.of("*"), route));
    TrafficSnapshot traffic =
        new TrafficSnapshot(
            "1",
            Map.of("greeter:80", Listener.api("greeter:80", Listener.HttpRoutes.of(routes))),
            Map.of(),
            Map.of("c", ClusterSpec.of("c", "triple", LbPolicy.ROUND_ROBIN)),
            Map.of(),
            null);
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(DuomeshAutoConfiguration.class))
        .withUserConfiguration(CallsTest.Calling.class)
        .withPropertyValues("greeter=greeter:80", "duomesh.client.default-scheme=code")
        .withBean(TrafficSnapshot.class, () -> traffic)
        .run(
            context -> {
              String report = Reports.of(context.getStartupFailure());
              assertTrue(report.contains("missing closing )"), report);
              assertTrue(report.contains("TrafficSnapshot"), report);
              assertFalse(report.contains("duomesh.xds.server"), report);
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
