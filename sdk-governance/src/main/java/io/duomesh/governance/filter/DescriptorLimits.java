package io.duomesh.governance.filter;

import io.duomesh.Status;
import io.duomesh.traffic.LocalRateLimit;
import io.duomesh.traffic.LocalRateLimit.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The limits of descriptors. A descriptor matches by the same keys and values in the same order;
 * one with entries of any value has a bucket for each value it meets, at most {@value #MOST} of
 * them, the one unused longest giving way. For any thread.
 */
final class DescriptorLimits {
  /** Envoy's default of {@code max_dynamic_descriptors}. */
  static final int MOST = 20;

  private final Map<List<Entry>, Limit> exact = new HashMap<>();
  private final List<Any> any = new ArrayList<>();
  private final String site;
  private final Status base;

  DescriptorLimits(
      List<LocalRateLimit.Descriptor> descriptors, String site, Status base, long now) {
    this.site = site;
    this.base = base;
    for (LocalRateLimit.Descriptor descriptor : descriptors) {
      if (descriptor.entries().stream().anyMatch(entry -> entry.value().isEmpty())) {
        any.add(new Any(descriptor, new ConcurrentHashMap<>()));
      } else {
        exact.putIfAbsent(descriptor.entries(), limit(descriptor, descriptor.entries(), now));
      }
    }
  }

  boolean isEmpty() {
    return exact.isEmpty() && any.isEmpty();
  }

  /** The limit of a request's descriptor; null for none. */
  @Nullable Limit find(List<Entry> entries, long now) {
    Limit found = exact.get(entries);
    for (int i = 0; found == null && i < any.size(); i++) {
      if (any.get(i).matches(entries)) {
        found = dynamic(any.get(i), entries, now);
      }
    }
    return found;
  }

  private Limit dynamic(Any pattern, List<Entry> entries, long now) {
    Used used = pattern.byValues.get(entries);
    if (used == null) {
      while (pattern.byValues.size() >= MOST) {
        pattern.removeOldest(now);
      }
      Used fresh = new Used(limit(pattern.descriptor, entries, now));
      Used other = pattern.byValues.putIfAbsent(entries, fresh);
      used = other == null ? fresh : other;
    }
    used.lastNanos = now;
    return used.limit;
  }

  private Limit limit(LocalRateLimit.Descriptor descriptor, List<Entry> entries, long now) {
    StringBuilder name = new StringBuilder(site);
    for (Entry entry : entries) {
      name.append(", ").append(entry.key()).append('=').append(entry.value());
    }
    return Limit.of(descriptor.bucket(), name.toString(), base, now);
  }

  /** A limit of certain values and when it was asked last. */
  private static final class Used {
    private final Limit limit;
    private volatile long lastNanos;

    Used(Limit limit) {
      this.limit = limit;
    }
  }

  /** A descriptor with entries of any value. */
  private record Any(
      LocalRateLimit.Descriptor descriptor, ConcurrentHashMap<List<Entry>, Used> byValues) {

    boolean matches(List<Entry> entries) {
      List<Entry> own = descriptor.entries();
      if (own.size() != entries.size()) {
        return false;
      }
      for (int i = 0; i < own.size(); i++) {
        Entry entry = own.get(i);
        boolean same = entry.value().isEmpty() || entry.value().equals(entries.get(i).value());
        if (!same || !entry.key().equals(entries.get(i).key())) {
          return false;
        }
      }
      return true;
    }

    void removeOldest(long now) {
      List<Entry> oldest = null;
      long longest = -1;
      for (Map.Entry<List<Entry>, Used> entry : byValues.entrySet()) {
        long unused = now - entry.getValue().lastNanos;
        if (unused > longest) {
          oldest = entry.getKey();
          longest = unused;
        }
      }
      if (oldest != null) {
        byValues.remove(oldest);
      }
    }
  }
}
