package io.duomesh.xds;

import com.google.protobuf.Any;
import io.duomesh.xds.proto.envoy.service.discovery.v3.Resource;
import io.duomesh.xds.proto.envoy.service.discovery.v3.ResourceError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts what a response of either protocol holds together to an {@link Update}; used once. */
final class Incoming {
  private static final int NOT_FOUND = 5;
  private static final long LONGEST_TTL_SECONDS = 315_576_000_000L; // a protobuf Duration's own

  private final ResourceType type;
  private final Set<String> wanted;
  private final List<Update.Item> items = new ArrayList<>();
  private final List<String> removed = new ArrayList<>();
  private final Map<String, Duration> ttls = new HashMap<>();
  private final Map<String, String> errors = new HashMap<>();

  Incoming(ResourceType type, Set<String> wanted) {
    this.type = type;
    this.wanted = wanted;
  }

  /** A resource as it is. */
  void add(String name, Any any, String version) {
    items.add(Update.Item.of(name, any, version));
  }

  /** A resource in its wrapper; without a body it says that the resource is still the same. */
  void add(Resource wrapper, String own, String version) {
    String name = asked(own, wrapper.getAliasesList());
    if (wrapper.hasResource()) {
      add(name, wrapper.getResource(), version);
    } else if (wrapper.getAliasesCount() > 0) {
      removed.add(name); // an alias that stands for nothing
      return;
    }
    if (wrapper.hasTtl()) {
      long seconds = Math.max(0, Math.min(wrapper.getTtl().getSeconds(), LONGEST_TTL_SECONDS));
      ttls.put(name, Duration.ofSeconds(seconds, wrapper.getTtl().getNanos()));
    }
  }

  /** The name by which a resource was asked for: its own, or another that it goes by. */
  private String asked(String name, List<String> aliases) {
    if (!wanted.contains(name)) {
      for (String alias : aliases) {
        if (wanted.contains(alias)) {
          return alias;
        }
      }
    }
    return name;
  }

  void remove(Collection<String> names) {
    removed.addAll(names);
  }

  /** Why resources did not come: one that does not exist is as good as removed. */
  void fail(List<ResourceError> failed) {
    for (ResourceError error : failed) {
      String name = error.getResourceName().getName();
      if (error.getErrorDetail().getCode() == NOT_FOUND) {
        removed.add(name);
      } else {
        errors.put(name, error.getErrorDetail().getMessage());
      }
    }
  }

  /**
   * The update.
   *
   * @param complete whether the protocol and the type say all there is
   */
  Update update(boolean complete) {
    boolean heartbeat = items.isEmpty() && !ttls.isEmpty();
    return new Update(type, items, removed, complete && !heartbeat, ttls, errors);
  }
}
