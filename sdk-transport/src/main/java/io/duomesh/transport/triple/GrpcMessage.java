package io.duomesh.transport.triple;

import io.netty.util.AsciiString;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The percent coding of {@code grpc-message}. Written strictly, with {@code +} encoded as well
 * since Dubbo's client reads it as a query string; read leniently since Dubbo's server writes it
 * raw.
 */
final class GrpcMessage {
  /** Longer messages are cut, so that trailers stay within every peer's header limit. */
  private static final int MAX_BYTES = 2_048;

  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  private GrpcMessage() {}

  /** The header's value for a text. */
  static AsciiString encode(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(utf8.length + 16);
    for (int i = 0; i < utf8.length && out.size() < MAX_BYTES; i++) {
      byte b = utf8[i];
      if (b >= ' ' && b <= '~' && b != '%' && b != '+') {
        out.write(b);
      } else {
        out.write('%');
        out.write(HEX[(b >> 4) & 0xf]);
        out.write(HEX[b & 0xf]);
      }
    }
    return new AsciiString(out.toByteArray(), false);
  }

  /** The text of a header's value; what is no valid escape stands for itself. */
  static String decode(CharSequence value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '%' && i + 2 < value.length()) {
        int high = Character.digit(value.charAt(i + 1), 16);
        int low = Character.digit(value.charAt(i + 2), 16);
        if (high >= 0 && low >= 0) {
          out.write(high << 4 | low);
          i += 2;
          continue;
        }
      }
      out.write(c & 0xff);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
