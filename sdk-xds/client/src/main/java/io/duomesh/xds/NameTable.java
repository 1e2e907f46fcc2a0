package io.duomesh.xds;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import io.duomesh.traffic.Listener;
import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Istio's name table ({@code istio.networking.nds.v1.NameTable}, field 1: a map from a host to what
 * is known of it, whose field 1 are its addresses): which services an address stands for. Istio's
 * agent answers DNS from it; here it tells whose the TCP listener of an address is.
 *
 * @param hosts hosts in lower case, by address
 */
record NameTable(Map<String, Set<String>> hosts) {
  /** Nothing is known. */
  static final NameTable EMPTY = new NameTable(Map.of());

  // Field 1, length-delimited: in all three messages.
  private static final int FIRST = 1 << 3 | 2;
  private static final int SECOND = 2 << 3 | 2;

  /** Copies the map. */
  NameTable {
    hosts = Map.copyOf(hosts);
  }

  /** A listener with the hosts that its address stands for; itself where there are none. */
  Listener named(Listener listener) {
    Set<String> names = listener.address() == null ? null : hosts.get(listener.address());
    return names == null ? listener : listener.withHosts(names);
  }

  /**
   * Reads a table.
   *
   * @throws IllegalArgumentException if it is none
   */
  static NameTable parse(ByteString bytes) {
    Map<String, Set<String>> hosts = new HashMap<>();
    try {
      CodedInputStream in = bytes.newCodedInput();
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag == FIRST) {
          entry(in.readBytes().newCodedInput(), hosts);
        } else {
          in.skipField(tag);
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("not a NameTable: " + e.getMessage(), e);
    }
    hosts.replaceAll((address, names) -> Collections.unmodifiableSet(names));
    return new NameTable(hosts);
  }

  private static void entry(CodedInputStream in, Map<String, Set<String>> hosts)
      throws IOException {
    String host = "";
    ByteString info = ByteString.EMPTY;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == FIRST) {
        host = in.readStringRequireUtf8().toLowerCase(Locale.ROOT);
      } else if (tag == SECOND) {
        info = in.readBytes();
      } else {
        in.skipField(tag);
      }
    }
    CodedInputStream addresses = info.newCodedInput();
    for (int tag = addresses.readTag(); tag != 0; tag = addresses.readTag()) {
      if (tag == FIRST) {
        hosts
            .computeIfAbsent(addresses.readStringRequireUtf8(), address -> new TreeSet<>())
            .add(host);
      } else {
        addresses.skipField(tag);
      }
    }
  }
}
