package io.duomesh.governance.route;

import io.duomesh.traffic.FormatString;
import io.duomesh.traffic.RouteAction;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A {@link FormatString} made ready: what an SDK cannot know yields nothing. */
final class Format {
  private static final Pattern CEL_HEADER =
      Pattern.compile("request\\.headers\\[(['\"])([^'\"]+)\\1]");

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
        String value = value(command, context);
        String shown = value == null ? absent : value;
        boolean cut = value != null && command.maxLength() >= 0;
        text.append(
            cut ? shown.substring(0, Math.min(command.maxLength(), shown.length())) : shown);
      }
    }
    return text.toString();
  }

  private static @Nullable String value(FormatString.Command command, Context context) {
    String argument = command.argument() == null ? "" : command.argument();
    RequestHead head = context.head();
    return switch (command.name()) {
      case "REQ", "REQUEST_HEADER", "STREAM_INFO_REQ" -> either(argument, head);
      case "RESP", "RESPONSE_HEADER" ->
          context.response() == null ? null : either(argument, context.response());
      case "PATH" -> path(argument, head);
      case "QUERY_PARAM" -> QueryString.decoded(QueryString.first(head.path(), argument));
      case "QUERY_PARAMS" -> {
        int question = head.path().indexOf('?');
        yield question < 0 ? null : head.path().substring(question + 1);
      }
      case "CEL" -> cel(argument, head);
      case "PROTOCOL" -> head.protocol();
      case "ROUTE_NAME" -> emptyToNull(context.choice().routeName());
      case "VIRTUAL_HOST_NAME" -> context.choice().virtualHostName();
      case "UPSTREAM_CLUSTER", "UPSTREAM_CLUSTER_RAW" -> context.choice().cluster(head);
      case "LOCAL_REPLY_BODY" ->
          context.choice().action() instanceof RouteAction.DirectResponse r ? r.body() : null;
      case "RESPONSE_CODE" -> Integer.toString(context.status());
      case "RESPONSE_FLAGS", "RESPONSE_FLAGS_LONG" -> "-";
      case "UPSTREAM_REQUEST_ATTEMPT_COUNT" -> "1";
      case "BYTES_RECEIVED", "BYTES_SENT", "DURATION", "REQUEST_DURATION" -> "0";
      case "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT",
          "DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT",
          "DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT",
          "DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT" ->
          "127.0.0.1"; // a caller of this process, as its sidecar would see it
      default -> null;
    };
  }

  /** Of the whole language, the one expression that is usual here: a request header. */
  private static @Nullable String cel(String expression, RequestHead head) {
    Matcher header = CEL_HEADER.matcher(expression);
    return header.matches() ? head.header(header.group(2).toLowerCase(Locale.ROOT)) : null;
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
