package io.duomesh.spring;

import io.duomesh.Duomesh;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The actuator's endpoint and health contributor {@code duomesh}, where the actuator is there. The
 * health API has one home in Spring Boot 3 and another in 4; the readiness group is extended after
 * Boot's own probes made it.
 */
@AutoConfiguration(
    after = DuomeshAutoConfiguration.class,
    afterName = {
      "org.springframework.boot.actuate.autoconfigure.availability.AvailabilityProbesAutoConfiguration",
      "org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration"
    })
@ConditionalOnClass(Endpoint.class)
@ConditionalOnBean(Duomesh.class)
public final class DuomeshActuatorAutoConfiguration {
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
  static final class OfEndpoint {
    @Bean
    @ConditionalOnAvailableEndpoint
    DuomeshEndpoint duomeshEndpoint(Duomesh duomesh) {
      return new DuomeshEndpoint(duomesh);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(
      name = {
        "org.springframework.boot.actuate.health.HealthEndpointGroupsPostProcessor",
        "org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator"
      })
  @org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator(
      HealthDetails.NAME)
  static final class OfHealth3 {
    @Bean
    Boot3Health duomeshHealthIndicator(Duomesh duomesh) {
      return new Boot3Health(duomesh);
    }

    @Bean
    static Boot3Health.Readiness duomeshReadiness() {
      return new Boot3Health.Readiness();
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(
      name = {
        "org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor",
        "org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator"
      })
  @org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator(
      HealthDetails.NAME)
  static final class OfHealth4 {
    @Bean
    Boot4Health duomeshHealthIndicator(Duomesh duomesh) {
      return new Boot4Health(duomesh);
    }

    @Bean
    static Boot4Health.Readiness duomeshReadiness() {
      return new Boot4Health.Readiness();
    }
  }
}
