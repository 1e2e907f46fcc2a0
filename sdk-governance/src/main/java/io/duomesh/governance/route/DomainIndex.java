package io.duomesh.governance.route;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hosts by domain: exact, then the longest {@code *suffix}, then the longest {@code prefix*}, then
 * {@code *}. A wildcard stands for at least one character; case does not matter.
 */
final class DomainIndex<T> {
  private final Map<String, T> exact = new HashMap<>();
  private final Wildcards<T> suffixes = new Wildcards<>();
  private final Wildcards<T> prefixes = new Wildcards<>();
  private @Nullable T any;

  /**
   * Adds a domain; only while the index is built.
   *
   * @throws IllegalArgumentException if it is there already
   */
  void add(String domain, T host) {
    String key = domain.toLowerCase(Locale.ROOT);
    T old;
    if (key.equals("*")) {
      old = any;
      any = host;
    } else if (key.startsWith("*")) {
      old = suffixes.put(key.substring(1), host);
    } else if (key.endsWith("*")) {
      old = prefixes.put(key.substring(0, key.length() - 1), host);
    } else {
      old = exact.put(key, host);
    }
    if (old != null) {
      throw new IllegalArgumentException("domain: " + domain + " (expected: only once in a table)");
    }
  }

  /** What {@code *} stands for, where there is no other domain. */
  @Nullable T only() {
    return exact.isEmpty() && suffixes.byText.isEmpty() && prefixes.byText.isEmpty() ? any : null;
  }

  @Nullable T find(String authority) {
    String key = authority.toLowerCase(Locale.ROOT);
    T found = exact.get(key);
    if (found == null) {
      found = suffixes.longest(key, true);
    }
    if (found == null) {
      found = prefixes.longest(key, false);
    }
    return found != null ? found : any;
  }

  /** Hosts by a fixed part of their domain, looked up by its length, longest first. */
  private static final class Wildcards<T> {
    private final Map<String, T> byText = new HashMap<>();
    private final List<Integer> lengths = new ArrayList<>();

    @Nullable T put(String text, T host) {
      if (!lengths.contains(text.length())) {
        lengths.add(text.length());
        lengths.sort(Comparator.reverseOrder());
      }
      return byText.put(text, host);
    }

    @Nullable T longest(String key, boolean end) {
      for (int length : lengths) {
        if (length < key.length()) {
          T found =
              byText.get(end ? key.substring(key.length() - length) : key.substring(0, length));
          if (found != null) {
            return found;
          }
        }
      }
      return null;
    }
  }
}
