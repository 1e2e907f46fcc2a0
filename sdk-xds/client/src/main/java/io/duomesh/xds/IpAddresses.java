package io.duomesh.xds;

import java.util.regex.Pattern;

/** Tells addresses from names, without asking a resolver. */
final class IpAddresses {
  private static final String OCTET = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
  private static final Pattern V4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%\\w+)?");

  private IpAddresses() {}

  static boolean isAddress(String text) {
    return V4.matcher(text).matches() || V6.matcher(text).matches();
  }
}
