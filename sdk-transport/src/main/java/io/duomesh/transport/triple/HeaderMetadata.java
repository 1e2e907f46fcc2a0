package io.duomesh.transport.triple;

import io.duomesh.Metadata;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Metadata to headers and back. Names go out in lower case, with Dubbo's case map beside them where
 * that loses something; values outside ASCII go as UTF-8, which HTTP/2 allows and gRPC and Dubbo
 * leave open. Names that HTTP, gRPC or Triple keep for themselves pass neither way; what gRPC's
 * libraries read and write above the protocol, {@code grpc-status-details-bin} first, does.
 */
final class HeaderMetadata {
  private static final Set<String> RESERVED =
      Set.of(
          "content-type",
          "content-length",
          "te",
          "host",
          "connection",
          "proxy-connection",
          "keep-alive",
          "transfer-encoding",
          "upgrade",
          "grpc-timeout",
          "grpc-encoding",
          "grpc-accept-encoding",
          "grpc-status",
          "grpc-message",
          "grpc-message-type");

  private static final int MAX_NAMES = 1_024;
  private static final ConcurrentHashMap<String, AsciiString> NAMES = new ConcurrentHashMap<>();

  private HeaderMetadata() {}

  /**
   * Adds the entries that may be sent, names and values in turn.
   *
   * @throws IllegalArgumentException if a name is no HTTP token, or a value holds control
   *     characters
   */
  static void append(Metadata metadata, List<AsciiString> headers) {
    Map<String, String> originals = null;
    for (int i = 0; i < metadata.size(); i++) {
      String original = metadata.name(i);
      AsciiString name = name(original);
      if (name.isEmpty()) {
        continue;
      }
      headers.add(name);
      headers.add(value(original, metadata.value(i)));
      if (!name.contentEquals(original)) {
        originals = originals == null ? new LinkedHashMap<>() : originals;
        originals.put(name.toString(), original);
      }
    }
    if (originals != null) {
      headers.add(TripleHeaders.HEADER_CONVERT);
      headers.add(new AsciiString(CaseMap.encode(originals)));
    }
  }

  /** The entries that are the peer's own. */
  static Metadata read(Http2Headers headers) {
    CharSequence convert = headers.get(TripleHeaders.HEADER_CONVERT);
    Map<String, String> originals = convert == null ? Map.of() : CaseMap.decode(convert.toString());
    Metadata.Builder builder = null;
    for (Map.Entry<CharSequence, CharSequence> header : headers) {
      String name = header.getKey().toString();
      if (isReserved(name)) {
        continue;
      }
      builder = builder == null ? Metadata.builder() : builder;
      String value = text(header.getValue());
      name = originals.getOrDefault(name, name);
      if (name.endsWith("-bin") && value.indexOf(',') >= 0) {
        for (String one : value.split(",", -1)) {
          builder.add(name, one.strip());
        }
      } else {
        builder.add(name, value);
      }
    }
    return builder == null ? Metadata.EMPTY : builder.build();
  }

  /** Whether a name, in lower case, is not the user's. */
  private static boolean isReserved(String name) {
    return name.isEmpty()
        || name.charAt(0) == ':'
        || name.startsWith("tri-")
        || name.startsWith("sofa_head_")
        || name.startsWith("rpc_trace_context")
        || RESERVED.contains(name);
  }

  /** The name on the wire; empty for one that is not sent. */
  private static AsciiString name(String original) {
    AsciiString known = NAMES.get(original);
    if (known != null) {
      return known;
    }
    String lower = original.toLowerCase(Locale.ROOT);
    AsciiString name = isReserved(lower) ? AsciiString.EMPTY_STRING : new AsciiString(lower);
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      if (!name.isEmpty() && (c <= ' ' || c > '~' || "\"(),/:;<=>?@[\\]{}".indexOf(c) >= 0)) {
        throw new IllegalArgumentException(
            "metadata name: " + original + " (expected: letters, digits and !#$%&'*+-.^_`|~)");
      }
    }
    if (NAMES.size() < MAX_NAMES) {
      NAMES.put(original, name);
    }
    return name;
  }

  private static AsciiString value(String name, String value) {
    boolean ascii = true;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' && c != '\t' || c == 0x7f) {
        throw new IllegalArgumentException(
            "metadata "
                + name
                + ": control character 0x"
                + Integer.toHexString(c)
                + " (expected: text, or bytes under a name ending in -bin)");
      }
      ascii &= c < 0x7f;
    }
    String stripped = value.strip(); // HTTP/2 forbids space at either end
    return ascii
        ? new AsciiString(stripped)
        : new AsciiString(stripped.getBytes(StandardCharsets.UTF_8), false);
  }

  private static String text(CharSequence value) {
    if (value instanceof AsciiString bytes) {
      for (int i = 0; i < bytes.length(); i++) {
        if (bytes.byteAt(i) < 0) {
          return new String(
              bytes.array(), bytes.arrayOffset(), bytes.length(), StandardCharsets.UTF_8);
        }
      }
    }
    return value.toString();
  }
}
