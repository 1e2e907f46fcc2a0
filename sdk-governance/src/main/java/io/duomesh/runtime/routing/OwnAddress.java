package io.duomesh.runtime.routing;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;

/**
 * This machine's address, as a sidecar on it sees calls come from: what hashing by source address
 * goes by where no proxy has told another. The same for all calls of a process.
 */
final class OwnAddress {
  /** The first IPv4 address of an interface that is up and not loopback; else {@code 127.0.0.1}. */
  static final String TEXT = find();

  private OwnAddress() {}

  private static String find() {
    try {
      for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        if (each.isUp() && !each.isLoopback()) {
          for (InetAddress address : Collections.list(each.getInetAddresses())) {
            if (address instanceof Inet4Address) {
              return address.getHostAddress();
            }
          }
        }
      }
    } catch (SocketException e) {
      return "127.0.0.1"; // not to be found out: any address will do as long as it stays
    }
    return "127.0.0.1";
  }
}
