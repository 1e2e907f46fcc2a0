package io.duomesh.examples.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Replaces ports of a YAML file that are taken on this machine, wherever they stand in it. */
final class FreePorts {
  private static final String PORT = "port_value";

  private final Set<Integer> named = new TreeSet<>();
  private final Map<Integer, Integer> moved = new TreeMap<>();
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  private FreePorts() {}

  /** Replaces them in place; which by which. */
  static Map<Integer, Integer> replaceTaken(Object tree) {
    FreePorts ports = new FreePorts();
    ports.collect(tree);
    ports.named.stream()
        .filter(port -> !isFree(port))
        .forEach(port -> ports.moved.put(port, ports.another()));
    ports.seen.clear();
    ports.replace(tree);
    return ports.moved;
  }

  private void collect(Object tree) {
    if (tree instanceof Iterable<?> list) {
      list.forEach(this::collect);
    } else if (tree instanceof Map<?, ?> map) {
      if (map.get(PORT) instanceof Integer port && port > 0 && port < 65536) {
        named.add(port);
      }
      map.values().forEach(this::collect);
    }
  }

  private void replace(Object tree) {
    // An anchored part stands in several places but is one object.
    if (!seen.add(tree)) {
      return;
    }
    if (tree instanceof Iterable<?> list) {
      list.forEach(this::replace);
    } else if (tree instanceof Map<?, ?> map) {
      @SuppressWarnings("unchecked") // the tree is the YAML reader's, and ours to change
      Map<Object, Object> own = (Map<Object, Object>) map;
      if (own.get(PORT) instanceof Integer port && moved.containsKey(port)) {
        own.put(PORT, moved.get(port));
      }
      own.values().forEach(this::replace);
    }
  }

  private int another() {
    int port;
    do {
      port = bind(0);
    } while (named.contains(port) || moved.containsValue(port));
    return port;
  }

  private static boolean isFree(int port) {
    try {
      return bind(port) == port;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  private static int bind(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
