package io.duomesh.spring;

import io.duomesh.Duomesh;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.health.actuate.endpoint.AdditionalHealthEndpointPath;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.boot.health.actuate.endpoint.HttpCodeStatusMapper;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** The health contributor in the API of Spring Boot 4, and its place in the readiness group. */
final class Boot4Health implements HealthIndicator {
  private final Duomesh duomesh;

  Boot4Health(Duomesh duomesh) {
    this.duomesh = duomesh;
  }

  @Override
  public Health health() {
    HealthDetails state = HealthDetails.of(duomesh);
    Health.Builder health = state.ready() ? Health.up() : Health.outOfService();
    return health.withDetails(state.details()).build();
  }

  /** Adds the contributor to the readiness group where there is one. */
  static final class Readiness implements HealthEndpointGroupsPostProcessor {
    @Override
    public HealthEndpointGroups postProcessHealthEndpointGroups(HealthEndpointGroups groups) {
      return new Groups(groups);
    }
  }

  private record Groups(HealthEndpointGroups groups) implements HealthEndpointGroups {
    @Override
    public HealthEndpointGroup getPrimary() {
      return groups.getPrimary();
    }

    @Override
    public Set<String> getNames() {
      return groups.getNames();
    }

    @Override
    public @Nullable HealthEndpointGroup get(String name) {
      HealthEndpointGroup group = groups.get(name);
      return group != null && HealthDetails.belongsTo(name) ? new Group(group) : group;
    }
  }

  private record Group(HealthEndpointGroup group) implements HealthEndpointGroup {
    @Override
    public boolean isMember(String name) {
      return name.equals(HealthDetails.NAME) || group.isMember(name);
    }

    @Override
    public boolean showComponents(SecurityContext context) {
      return group.showComponents(context);
    }

    @Override
    public boolean showDetails(SecurityContext context) {
      return group.showDetails(context);
    }

    @Override
    public StatusAggregator getStatusAggregator() {
      return group.getStatusAggregator();
    }

    @Override
    public HttpCodeStatusMapper getHttpCodeStatusMapper() {
      return group.getHttpCodeStatusMapper();
    }

    @Override
    public @Nullable AdditionalHealthEndpointPath getAdditionalPath() {
      return group.getAdditionalPath();
    }
  }
}
