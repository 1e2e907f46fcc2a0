package io.duomesh.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.duomesh.RpcException;
import io.duomesh.Status;
import java.io.PrintStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Failed calls, for a person: {@code CODE (ORIGIN): message}, and where the service threw an
 * exception, a second line of JSON with its type, message and fields.
 */
final class FailureText {
  private FailureText() {}

  static void print(Throwable failure, PrintStream err) {
    Status status = Status.of(failure);
    err.println(status);
    if (failure instanceof RpcException e && e.remoteType() != null) {
      String type = e.remoteType();
      err.println(exception(type, message(type, status.message()), e.remoteFields()));
    } else if (status.origin() == Status.Origin.APPLICATION && status.cause() != null) {
      Throwable cause = status.cause();
      err.println(exception(cause.getClass().getName(), cause.getMessage(), Map.of()));
    }
  }

  /** Without the type, which stands in front of it. */
  private static @Nullable String message(String type, String message) {
    return message.equals(type)
        ? null
        : message.startsWith(type + ": ") ? message.substring(type.length() + 2) : message;
  }

  private static JsonElement exception(
      String type, @Nullable String message, Map<String, Object> fields) {
    JsonObject json = new JsonObject();
    json.addProperty("type", type);
    json.addProperty("message", message);
    json.add("fields", ResultJson.of(fields));
    return json;
  }
}
