package io.duomesh.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.duomesh.Settings;
import io.duomesh.traffic.TlsPolicy;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.DirectChannel;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.Transports;
import io.duomesh.xds.XdsBootstrap;
import io.duomesh.xds.XdsDump;
import io.duomesh.xds.XdsVerdict;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Shows what a control plane sends to a node, and what the SDK makes of it. */
final class DumpCommand implements Command {
  private static final Set<String> KNOWN =
      Set.of("--server", "--node", "--metadata", "--target", "--timeout", "--token-file");
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();

  @Override
  public String name() {
    return "dump";
  }

  @Override
  public String usage() {
    return """
    --server HOST:PORT --node ID [OPTION]…
      --metadata JSON        the node's metadata, an object
      --target NAME          asks for this listener by name, as gRPC does, and may be repeated;
                             without, everything is asked for
      --timeout 20s          for all of it
      --token-file FILE      bearer token for the control plane
    """
        + TlsOptions.USAGE;
  }

  @Override
  public int run(List<String> arguments, PrintStream out, PrintStream err) {
    Options options = Options.of(arguments, KNOWN, true);
    if (!options.rest().isEmpty()) {
      throw new IllegalArgumentException("unexpected " + options.rest());
    }
    TlsPolicy tls = TlsOptions.of(options);
    Set<String> targets = new LinkedHashSet<>(options.all("--target"));
    XdsBootstrap bootstrap = XdsBootstrap.of(settings(options, targets));
    String given = options.get("--timeout");
    Duration timeout =
        Settings.of(Map.of("--timeout", given == null ? "20s" : given))
            .duration("--timeout", Duration.ZERO);
    try (Transports transports = new Transports(TransportOptions.of(Settings.of(Map.of())));
        DirectChannel channel =
            new DirectChannel("triple", connection(bootstrap, tls, transports))) {
      XdsDump dump = XdsDump.read(bootstrap, channel, targets, timeout);
      for (XdsVerdict verdict : dump.resources()) {
        out.println(JSON.toJson(json(verdict)));
      }
      String node = " (as node " + bootstrap.nodeId() + ")";
      if (targets.isEmpty() && dump.resources().isEmpty()) {
        err.println(
            "dump: control plane "
                + bootstrap.server()
                + node
                + ": it sends nothing; if it wants to be asked by name, say --target");
      }
      for (String target : targets) {
        if (dump.resources().stream().noneMatch(verdict -> verdict.name().equals(target))) {
          err.println(
              "dump: control plane " + bootstrap.server() + node + ": no listener " + target);
        }
      }
      return 0;
    } catch (IOException e) {
      err.println("dump: " + e.getMessage());
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      err.println("dump: interrupted");
      return 1;
    }
  }

  private static Settings settings(Options options, Set<String> targets) {
    Map<String, String> settings = new HashMap<>();
    String server = options.required("--server");
    String node = options.required("--node");
    if (node.isBlank()) {
      throw new IllegalArgumentException("--node is empty");
    }
    settings.put("duomesh.xds.server", server);
    settings.put("duomesh.xds.node.id", node);
    settings.put("duomesh.xds.bootstrap", "{}"); // and not that of the environment
    String metadata = options.get("--metadata");
    boolean proxyless = false;
    if (metadata != null) {
      proxyless = object(metadata).has("GENERATOR");
      settings.put("duomesh.xds.node.metadata", metadata);
    }
    String token = options.get("--token-file");
    if (token != null) {
      settings.put("duomesh.xds.token-file", token);
    }
    if (!targets.isEmpty()) {
      settings.put("duomesh.xds.stream", "proxyless-sotw");
    } else if (proxyless || !node.startsWith("sidecar~")) {
      settings.put("duomesh.xds.stream", "sidecar-sotw");
    }
    return Settings.of(settings);
  }

  private static JsonObject object(String metadata) {
    try {
      if (JsonParser.parseString(metadata) instanceof JsonObject object) {
        return object;
      }
    } catch (JsonParseException e) {
      throw new IllegalArgumentException(
          "--metadata: " + metadata + " (expected: a JSON object): " + e.getMessage(), e);
    }
    throw new IllegalArgumentException("--metadata: " + metadata + " (expected: a JSON object)");
  }

  private static ConnectSpec connection(
      XdsBootstrap bootstrap, @Nullable TlsPolicy tls, Transports transports) {
    String server = bootstrap.server();
    int colon = server.lastIndexOf(':');
    String host = colon < 0 ? "" : server.substring(0, colon).replaceAll("[\\[\\]]", "");
    try {
      return new ConnectSpec(
          host,
          Integer.parseInt(server.substring(colon + 1)),
          CONNECT_TIMEOUT,
          tls,
          null,
          transports,
          Map.of());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--server: " + server + " (expected: HOST:PORT)", e);
    }
  }

  private static JsonObject json(XdsVerdict verdict) {
    JsonObject json = new JsonObject();
    json.addProperty("type", verdict.type());
    json.addProperty("name", verdict.name());
    json.addProperty(
        "verdict",
        switch (verdict.outcome()) {
          case USED, PARTLY_IGNORED -> "used";
          case UNUSED -> "ignored";
          case REFUSED -> "refused";
        });
    json.addProperty(
        "reason",
        verdict.outcome() == XdsVerdict.Outcome.PARTLY_IGNORED
            ? "ignoring " + String.join("; ", verdict.ignored())
            : verdict.reason());
    return json;
  }
}
