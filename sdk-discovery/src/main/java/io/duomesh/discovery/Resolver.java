package io.duomesh.discovery;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Finds the addresses of a host; may block. */
@FunctionalInterface
interface Resolver {
  /**
   * The JDK's resolver. Of a host with addresses of both families, those of the family that stands
   * first (by default IPv4): a service listens on both seldom enough.
   */
  Resolver SYSTEM =
      host -> {
        InetAddress[] found = InetAddress.getAllByName(host);
        List<String> addresses = new ArrayList<>();
        for (InetAddress address : found) {
          if (address.getClass() == found[0].getClass()) {
            addresses.add(address.getHostAddress());
          }
        }
        return addresses;
      };

  /**
   * The host's addresses as text.
   *
   * @throws UnknownHostException if there are none, or nobody to ask
   */
  List<String> resolve(String host) throws UnknownHostException;
}
