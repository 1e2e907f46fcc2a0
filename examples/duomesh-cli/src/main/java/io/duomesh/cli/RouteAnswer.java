package io.duomesh.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.duomesh.governance.route.HeadNormalizer;
import io.duomesh.governance.route.RequestHead;
import io.duomesh.governance.route.RouteChoice;
import io.duomesh.governance.route.RouteTable;
import io.duomesh.traffic.RouteAction;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The answers of {@code route}, as JSON objects with their fields in a fixed order. */
final class RouteAnswer {
  private static final int MOST_TEXTS = 100;
  private static final List<String> FIELDS =
      List.of(
          "listener",
          "routeConfig",
          "virtualHost",
          "route",
          "cluster",
          "timeoutMs",
          "hostRewrite",
          "pathRewrite",
          "requestHeaders",
          "directResponse",
          "redirect",
          "why");

  private RouteAnswer() {}

  static JsonObject rejected(String reason) {
    JsonObject json = new JsonObject();
    json.addProperty("rejected", reason);
    return json;
  }

  static JsonObject none(String why) {
    JsonObject json = empty();
    json.add("why", texts(List.of(why)));
    return json;
  }

  static JsonObject tcp(String listener, @Nullable String cluster) {
    JsonObject json = none("listener " + listener + ": whole connections go to the cluster");
    json.addProperty("listener", listener);
    json.addProperty("cluster", cluster);
    return json;
  }

  /** The path is one that is not routed: refused, or redirected to what it means. */
  static JsonObject stopped(@Nullable String listener, HeadNormalizer.Outcome outcome) {
    JsonObject json = none("path " + outcome.head().path() + ": looked at before the routes");
    json.addProperty("listener", listener);
    JsonObject answer = new JsonObject();
    answer.addProperty("status", outcome.status());
    if (outcome.status() == 307) {
      answer.addProperty("location", outcome.head().path());
      json.add("redirect", answer);
    } else {
      answer.addProperty("body", "");
      json.add("directResponse", answer);
    }
    return json;
  }

  /**
   * What a table says.
   *
   * @param request as it was sent
   * @param normalized as the listener left it
   */
  static JsonObject of(
      @Nullable String listener, RouteTable table, RouteRequest request, RequestHead normalized) {
    RequestHead head = table.received(normalized);
    RouteChoice choice = table.route(head, request.random());
    JsonObject json = empty();
    json.addProperty("listener", listener);
    json.addProperty("routeConfig", emptyToNull(table.configuration().name()));
    if (choice.virtualHost() != null) {
      json.addProperty("virtualHost", choice.virtualHost().name());
    }
    if (choice.route() != null) {
      json.addProperty("route", emptyToNull(choice.route().name()));
    }
    if (choice.action() instanceof RouteAction.Forward) {
      forward(json, choice, request, head);
    } else if (choice.action() instanceof RouteAction.DirectResponse response) {
      JsonObject direct = new JsonObject();
      direct.addProperty("status", response.status());
      direct.addProperty("body", choice.body(head));
      json.add("directResponse", direct);
    } else if (choice.action() instanceof RouteAction.Redirect redirect) {
      JsonObject answer = new JsonObject();
      answer.addProperty("status", redirect.status());
      answer.addProperty("location", choice.location(head));
      json.add("redirect", answer);
    }
    json.add("why", texts(table.explain(head, request.random())));
    return json;
  }

  private static void forward(
      JsonObject json, RouteChoice choice, RouteRequest request, RequestHead head) {
    json.addProperty("cluster", choice.cluster(head));
    json.addProperty("timeoutMs", Math.max(0, choice.timeoutMillis(head)));
    RequestHead upstream = choice.upstream(head);
    json.addProperty("hostRewrite", changed(request.authority(), upstream.authority()));
    json.addProperty("pathRewrite", changed(request.path(), upstream.path()));
    JsonArray headers = new JsonArray();
    for (int i = 0; i < upstream.size(); i++) {
      String name = upstream.name(i).toLowerCase(Locale.ROOT);
      if (!isEnvoys(name)) {
        JsonArray pair = new JsonArray();
        pair.add(name);
        pair.add(upstream.value(i).strip());
        headers.add(pair);
      }
    }
    json.add("requestHeaders", headers);
  }

  /** What Envoy adds by itself. */
  private static boolean isEnvoys(String name) {
    return name.startsWith("x-envoy-")
        || name.startsWith("x-forwarded-")
        || name.equals("x-request-id");
  }

  private static JsonObject empty() {
    JsonObject json = new JsonObject();
    FIELDS.forEach(field -> json.add(field, JsonNull.INSTANCE));
    return json;
  }

  /** All of them, or of very many the first and the last. */
  private static JsonArray texts(List<String> all) {
    JsonArray array = new JsonArray();
    int left = Math.max(0, all.size() - 2 * MOST_TEXTS);
    for (int i = 0; i < all.size(); i++) {
      if (left > 0 && i == MOST_TEXTS) {
        array.add((JsonElement) new JsonPrimitive("… " + left + " more that said no"));
        i += left;
      }
      array.add((JsonElement) new JsonPrimitive(all.get(i)));
    }
    return array;
  }

  private static @Nullable String changed(String before, String after) {
    return before.equals(after) ? null : after;
  }

  private static @Nullable String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
