package io.duomesh.governance.route;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** A range of IP addresses. Immutable. */
public final class Cidr {
  private final byte[] prefix;
  private final int length;

  private Cidr(byte[] prefix, int length) {
    this.prefix = prefix;
    this.length = length;
  }

  /**
   * Reads {@code 10.0.0.0/8}.
   *
   * @throws IllegalArgumentException if it is no range
   */
  public static Cidr parse(String text) {
    int slash = text.lastIndexOf('/');
    byte[] prefix = slash < 0 ? null : octets(text.substring(0, slash));
    try {
      int length = prefix == null ? -1 : Integer.parseInt(text.substring(slash + 1));
      if (prefix != null && length >= 0) {
        return new Cidr(prefix, Math.min(length, prefix.length * 8)); // as Envoy does
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(text + " (expected: address/length)", e);
    }
    throw new IllegalArgumentException(text + " (expected: address/length)");
  }

  /** Whether an address is in it; names, which are never resolved, are in none. */
  public boolean contains(@Nullable String address) {
    byte[] octets = address == null ? null : octets(address);
    if (octets == null || octets.length != prefix.length) {
      return false;
    }
    for (int bit = 0; bit < length; bit++) {
      int mask = 0x80 >> (bit % 8);
      if ((octets[bit / 8] & mask) != (prefix[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a host is an address, not a name. */
  static boolean isAddress(String host) {
    return octets(host) != null;
  }

  /** How many bits count: of two ranges that hold an address the longer one is the more exact. */
  int length() {
    return length;
  }

  private static byte @Nullable [] octets(String address) {
    boolean v4 = address.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    if (!v4 && !address.matches("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
      return null;
    }
    try {
      return InetAddress.getByName(address).getAddress(); // a literal: no resolver is asked
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
