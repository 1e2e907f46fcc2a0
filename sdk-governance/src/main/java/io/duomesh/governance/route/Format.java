package io.duomesh.governance.route;

import io.duomesh.traffic.FormatString;
import io.duomesh.traffic.RouteAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A {@link FormatString} made ready: what an SDK cannot know yields nothing. */
final class Format {
  private static final Set<String> NUMBERS =
      Set.of(
          "BYTES_RECEIVED",
          "BYTES_SENT",
          "DURATION",
          "REQUEST_DURATION",
          "RESPONSE_CODE",
          "ROUTE_RESOLUTION_COUNT",
          "UPSTREAM_REQUEST_ATTEMPT_COUNT");

  /** What counts what has not been when routes look. */
  private static final Set<String> ZEROS =
      Set.of(
          "BYTES_RECEIVED",
          "BYTES_RETRANSMITTED",
          "BYTES_SENT",
          "DOWNSTREAM_CX_RTT",
          "DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_SENT",
          "DOWNSTREAM_HEADER_BYTES_SENT",
          "DOWNSTREAM_WIRE_BYTES_SENT",
          "PACKETS_RETRANSMITTED",
          "RESPONSE_HEADERS_BYTES",
          "RESPONSE_TRAILERS_BYTES",
          "UPSTREAM_CONNECTION_ID",
          "UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED",
          "UPSTREAM_DECOMPRESSED_HEADER_BYTES_SENT",
          "UPSTREAM_HEADER_BYTES_RECEIVED",
          "UPSTREAM_HEADER_BYTES_SENT",
          "UPSTREAM_WIRE_BYTES_RECEIVED",
          "UPSTREAM_WIRE_BYTES_SENT");

  private final FormatString format;

  private Format(FormatString format) {
    this.format = format;
  }

  static Format of(String format) {
    return new Format(FormatString.parse(format));
  }

  /**
   * What a format string may show.
   *
   * @param head the request
   * @param choice where it goes
   * @param response the response's headers; null while there is none
   * @param status the response's HTTP status; 0 while there is none
   */
  record Context(RequestHead head, RouteChoice choice, @Nullable HeaderList response, int status) {}

  /** The text, where {@code absent} stands for what is not known. */
  String apply(Context context, String absent) {
    if (format.parts().size() == 1 && format.parts().get(0) instanceof FormatString.Text text) {
      return text.value();
    }
    StringBuilder text = new StringBuilder();
    for (FormatString.Part part : format.parts()) {
      if (part instanceof FormatString.Text literal) {
        text.append(literal.value());
      } else {
        FormatString.Command command = (FormatString.Command) part;
        String value = cut(command, context);
        text.append(value == null ? absent : value);
      }
    }
    return text.toString();
  }

  /** Whether the whole is a command. */
  boolean isOneCommand() {
    return format.parts().size() == 1 && format.parts().get(0) instanceof FormatString.Command;
  }

  /** Whether the command that is the whole yields a number. */
  boolean isNumber() {
    return format.parts().get(0) instanceof FormatString.Command only
        && NUMBERS.contains(only.name());
  }

  /** What the command that is the whole yields; null where it is not known. */
  @Nullable String command(Context context) {
    return cut((FormatString.Command) format.parts().get(0), context);
  }

  private static @Nullable String cut(FormatString.Command command, Context context) {
    String value = value(command, context);
    if (value == null || command.maxLength() < 0) {
      return value;
    }
    byte[] octets = value.getBytes(StandardCharsets.UTF_8); // what Envoy counts
    return command.maxLength() < octets.length
        ? new String(octets, 0, command.maxLength(), StandardCharsets.UTF_8)
        : value;
  }

  private static @Nullable String value(FormatString.Command command, Context context) {
    String argument = command.argument() == null ? "" : command.argument();
    RequestHead head = context.head();
    return switch (command.name()) {
      case "REQ", "REQUEST_HEADER", "STREAM_INFO_REQ" -> either(argument, head);
      case "RESP", "RESPONSE_HEADER" ->
          context.response() == null ? null : either(argument, context.response());
      case "PATH" -> path(argument, head);
      case "QUERY_PARAM" -> QueryString.firstDecoded(head.path(), argument);
      case "QUERY_PARAMS" -> {
        int question = head.path().indexOf('?');
        String query = question < 0 ? null : head.path().substring(question + 1);
        yield argument.equals("DECODED") ? QueryString.visibleDecoded(query) : query;
      }
      case "CEL" -> Cel.value(argument, head, context.choice());
      case "PROTOCOL" -> head.protocol();
      case "ROUTE_NAME" -> emptyToNull(context.choice().routeName());
      case "VIRTUAL_HOST_NAME" -> context.choice().virtualHostName();
      case "UPSTREAM_CLUSTER", "UPSTREAM_CLUSTER_RAW" -> context.choice().cluster(head);
      case "LOCAL_REPLY_BODY" ->
          context.choice().action() instanceof RouteAction.DirectResponse r ? r.body() : null;
      case "RESPONSE_CODE" -> Integer.toString(context.status());
      case "RESPONSE_FLAGS", "RESPONSE_FLAGS_LONG" -> "-";
      case "UPSTREAM_REQUEST_ATTEMPT_COUNT" -> answered(context) ? "0" : "1";
      case "DURATION", "REQUEST_DURATION" -> "0";
      case "ROUTE_RESOLUTION_COUNT" -> "1";
      case "CUSTOM_FLAGS" -> "";
      case "ACCESS_LOG_TYPE" -> "NotSet";
      case "DOWNSTREAM_DETECTED_CLOSE_TYPE" -> "Normal";
      case "ENVIRONMENT" -> "-"; // of no concern to a remote control plane
      case "REQUESTED_SERVER_NAME" ->
          argument.startsWith("SNI_FIRST") || argument.startsWith("HOST_FIRST")
              ? argument.endsWith(":ORIG") ? null : head.authority()
              : null;
      case "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT" -> head.callerAddress();
      case "DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT" -> head.peerAddress();
      case "DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT",
          "DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT" ->
          "127.0.0.1"; // where a sidecar takes the calls of this process
      default -> ZEROS.contains(command.name()) ? "0" : null;
    };
  }

  private static boolean answered(Context context) {
    return context.choice().action() instanceof RouteAction.DirectResponse;
  }

  private static @Nullable String either(String names, RequestHead head) {
    int question = names.indexOf('?');
    if (question < 0) {
      return head.header(names.toLowerCase(Locale.ROOT));
    }
    String first = head.header(names.substring(0, question).toLowerCase(Locale.ROOT));
    return first != null
        ? first
        : head.header(names.substring(question + 1).toLowerCase(Locale.ROOT));
  }

  /** {@code WQ} with the query, {@code NQ} without; then which of two headers holds the path. */
  private static @Nullable String path(String argument, RequestHead head) {
    String[] options = argument.split(":", -1);
    String original = head.header("x-envoy-original-path");
    String which = options.length > 1 ? options[1] : "";
    String path =
        switch (which) {
          case "PATH" -> head.path();
          case "ORIG" -> original;
          default -> original != null ? original : head.path();
        };
    return path == null || !options[0].equals("NQ") ? path : path.split("\\?", 2)[0];
  }

  private static @Nullable String emptyToNull(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }
}
