package io.duomesh.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Random;

/** Makes route configurations and requests of a small alphabet, so that they often meet. */
final class RouteGenerator {
  private static final List<String> HOSTS = List.of("a.com", "x.a.com", "a.com:80", "svc", "B.com");
  private static final List<String> DOMAINS =
      List.of("a.com", "*.a.com", "a.*", "svc", "*.com", "a.com:80", "b.com", "*a.com");
  private static final List<String> PATHS =
      List.of("/", "/a", "/a/b", "/api/v1", "/api", "/A", "/a?p=1", "/api/v1?p=2&q", "/ab");
  private static final List<String> VALUES = List.of("1", "2", "a", "ab", "", "10", "-3");
  private static final List<String> REGEXES =
      List.of("/a.*", "/[a-z]+", ".*", "/(a|api)/.*", "a|1");

  private final Random random;

  RouteGenerator(long seed) {
    random = new Random(seed);
  }

  private String one(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  JsonObject table() {
    JsonArray hosts = new JsonArray();
    for (int i = 0; i < 3; i++) {
      JsonObject host = new JsonObject();
      host.addProperty("name", "v" + i);
      JsonArray domains = new JsonArray();
      domains.add(i == 2 ? "*" : DOMAINS.get(4 * i + random.nextInt(4)));
      host.add("domains", domains);
      JsonArray routes = new JsonArray();
      for (int r = random.nextInt(4); r >= 0; r--) {
        routes.add(route("r" + r));
      }
      host.add("routes", routes);
      hosts.add(host);
    }
    JsonObject table = new JsonObject();
    table.addProperty("name", "table");
    table.addProperty("ignorePortInHostMatching", random.nextInt(4) == 0);
    table.addProperty("validateClusters", false);
    table.add("virtualHosts", hosts);
    return table;
  }

  private JsonObject route(String name) {
    JsonObject match = new JsonObject();
    String path = one(PATHS).replaceAll("\\?.*", "");
    switch (random.nextInt(4)) {
      case 0 -> match.addProperty("path", path);
      case 1 -> match.add("safeRegex", object("regex", one(REGEXES)));
      default -> match.addProperty("prefix", path);
    }
    match.addProperty("caseSensitive", random.nextInt(4) > 0);
    if (random.nextInt(2) == 0) {
      JsonArray headers = new JsonArray();
      headers.add(header());
      match.add("headers", headers);
    }
    JsonObject route = object("name", name);
    route.add("match", match);
    if (random.nextInt(5) == 0) {
      JsonObject redirect = object("hostRedirect", "new.com");
      redirect.addProperty("prefixRewrite", "/n");
      redirect.addProperty("stripQuery", random.nextBoolean());
      route.add("redirect", redirect);
    } else {
      route.add("route", action());
    }
    return route;
  }

  private JsonObject header() {
    JsonObject header = object("name", one(List.of("x-a", "x-b", ":path", "user-agent")));
    switch (random.nextInt(5)) {
      case 0 -> header.addProperty("presentMatch", random.nextBoolean());
      case 1 -> {
        JsonObject range = new JsonObject();
        range.addProperty("start", -5);
        range.addProperty("end", 10);
        header.add("rangeMatch", range);
      }
      case 2 -> header.add("stringMatch", object("prefix", one(List.of("1", "a", "/a"))));
      case 3 -> {
        JsonObject text = new JsonObject();
        text.add("safeRegex", object("regex", one(REGEXES)));
        header.add("stringMatch", text);
      }
      default -> header.add("stringMatch", object("exact", one(VALUES)));
    }
    header.addProperty("invertMatch", random.nextInt(3) == 0);
    header.addProperty("treatMissingHeaderAsEmpty", random.nextInt(3) == 0);
    return header;
  }

  private JsonObject action() {
    if (random.nextBoolean()) {
      return object("cluster", "c" + random.nextInt(3));
    }
    JsonArray clusters = new JsonArray();
    for (int i = 0; i < 3; i++) {
      JsonObject cluster = object("name", "c" + i);
      cluster.addProperty("weight", i == 0 ? 1 : random.nextInt(40));
      clusters.add(cluster);
    }
    JsonObject weighted = object("headerName", "x-r");
    weighted.add("clusters", clusters);
    JsonObject action = new JsonObject();
    action.add("weightedClusters", weighted);
    return action;
  }

  JsonObject request() {
    JsonArray headers = new JsonArray();
    for (String name : List.of("x-a", "x-b", "user-agent", "x-a")) {
      if (random.nextInt(3) == 0) {
        headers.add(pair(name, one(VALUES)));
      }
    }
    String number =
        Long.toUnsignedString(random.nextInt(3) == 0 ? random.nextLong() : random.nextInt(99));
    headers.add(pair("x-r", number));
    JsonObject request = object("authority", one(HOSTS));
    request.addProperty("path", one(PATHS));
    request.add("headers", headers);
    return request;
  }

  private static JsonArray pair(String name, String value) {
    JsonArray pair = new JsonArray();
    pair.add(name);
    pair.add(value);
    return pair;
  }

  private static JsonObject object(String name, String value) {
    JsonObject object = new JsonObject();
    object.addProperty(name, value);
    return object;
  }
}
