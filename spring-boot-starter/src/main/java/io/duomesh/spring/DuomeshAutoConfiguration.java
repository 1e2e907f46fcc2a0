package io.duomesh.spring;

import io.duomesh.ClientInterceptor;
import io.duomesh.Duomesh;
import io.duomesh.DuomeshBuilder;
import io.duomesh.ServerInterceptor;
import io.duomesh.traffic.TrafficSnapshot;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.io.ResourceLoader;

/**
 * One runtime per context, made of its {@code duomesh.*} properties and its interceptor beans (in
 * their {@code @Order}, first outermost). A {@link TrafficSnapshot} bean stands in for a control
 * plane; a {@link Duomesh} bean of the application's own replaces all of it.
 */
@AutoConfiguration
@ConditionalOnProperty(name = "duomesh.enabled", matchIfMissing = true)
@EnableConfigurationProperties(DuomeshProperties.class)
public final class DuomeshAutoConfiguration {
  private static final Logger log = LoggerFactory.getLogger(DuomeshAutoConfiguration.class);
  private static final Duration PHASE_TIMEOUT = Duration.ofSeconds(30);

  @Bean
  @ConditionalOnMissingBean
  Duomesh duomesh(
      DuomeshProperties properties,
      ConfigurableEnvironment environment,
      ResourceLoader resources,
      ObjectProvider<TrafficSnapshot> traffic,
      ObjectProvider<ClientInterceptor> clientInterceptors,
      ObjectProvider<ServerInterceptor> serverInterceptors) {
    try {
      DuomeshBuilder builder = Duomesh.builder();
      PemBundles bundles = new PemBundles(environment, resources);
      settings(properties, environment).forEach(builder::set);
      String towardsXds = properties.xds().sslBundle();
      if (towardsXds != null) {
        bundles.asXdsSettings(towardsXds).forEach(builder::set);
      }
      traffic.ifAvailable(builder::traffic);
      clientInterceptors.orderedStream().forEach(builder::clientInterceptor);
      serverInterceptors.orderedStream().forEach(builder::serverInterceptor);
      String bundle = properties.server().sslBundle();
      if (bundle != null) {
        builder.serverTls(bundles.server("duomesh.server.ssl-bundle", bundle));
      }
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw StartFailedException.settings(e);
    }
  }

  /** The properties, with what Spring's own say where ours are silent. */
  static Map<String, String> settings(
      DuomeshProperties properties, ConfigurableEnvironment environment) {
    Map<String, String> settings = RuntimeSettings.of(properties, environment);
    String name = environment.getProperty("spring.application.name");
    if (name != null) {
      settings.putIfAbsent("duomesh.application", name);
    }
    if (environment.getProperty("spring.threads.virtual.enabled", Boolean.class, false)
        && Runtime.version().feature() >= 21) {
      settings.putIfAbsent("duomesh.server.executor", "virtual");
    }
    Duration phase =
        Binder.get(environment)
            .bind("spring.lifecycle.timeout-per-shutdown-phase", Duration.class)
            .orElse(PHASE_TIMEOUT);
    if (properties.server().drainTimeout().compareTo(phase) > 0) {
      log.warn(
          "duomesh.server.drain-timeout {} exceeds spring.lifecycle.timeout-per-shutdown-phase {},"
              + " which bounds it",
          properties.server().drainTimeout(),
          phase);
      settings.put("duomesh.server.drain-timeout", phase.toString());
    }
    return settings;
  }

  @Bean(RpcClients.BEAN)
  RpcClients duomeshClients(Duomesh duomesh) {
    return new RpcClients(duomesh);
  }

  @Bean
  static ClientPrecedence duomeshClientPrecedence() {
    return new ClientPrecedence();
  }

  @Bean
  static RpcReferenceInjector rpcReferenceInjector(ConfigurableBeanFactory beans) {
    return new RpcReferenceInjector(beans);
  }

  @Bean
  RuntimeLifecycle duomeshRuntimeLifecycle(Duomesh duomesh) {
    return new RuntimeLifecycle(duomesh);
  }

  @Bean
  @ConditionalOnProperty(name = "duomesh.server.enabled", matchIfMissing = true)
  ServerLifecycle duomeshServerLifecycle(Duomesh duomesh, ConfigurableListableBeanFactory beans) {
    return new ServerLifecycle(duomesh, new RpcServices(beans));
  }
}
