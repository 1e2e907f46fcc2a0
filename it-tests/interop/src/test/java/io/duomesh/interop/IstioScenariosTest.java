package io.duomesh.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Explanation;
import io.duomesh.traffic.RouteConfiguration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Every scenario that Istio's generator was asked; skipped where they are not beside the project.
 */
class IstioScenariosTest {
  private static final Path SHARED = Path.of("../../../shared/data/istio-generated");
  private static final Pattern HOSTS = Pattern.compile("hosts: \\[(.*?)]");
  private static final Pattern PORT = Pattern.compile("number: (\\d+)");

  /** What the YAML hides from this client, and a TLS port, which a plaintext call passes by. */
  private static final Set<String> HIDDEN =
      Set.of(
          "export-to private.other.svc.cluster.local:8080",
          "sidecar-egress-hosts greet.other.svc.cluster.local:8080",
          "sidecar-egress-hosts hidden.demo.svc.cluster.local:8080",
          "sidecar-egress-other-port echo.demo.svc.cluster.local:8080",
          "sidecar-egress-port echo.demo.svc.cluster.local:8081",
          "tls-sni-routes a.example.com:443");

  private static List<Path> scenarios() throws Exception {
    Assumptions.assumeTrue(
        Files.isDirectory(SHARED), "left out: " + SHARED.toAbsolutePath() + " is not there");
    try (Stream<Path> all = Files.list(SHARED)) {
      return all.filter(folder -> Files.exists(folder.resolve("sidecar/lds.json")))
          .sorted()
          .toList();
    }
  }

  private static Path[] files(Path folder) throws Exception {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> file.getFileName().toString().matches("[lrce]ds.json"))
          .toArray(Path[]::new);
    }
  }

  /** {@code host:port} of every service entry. */
  private static Set<String> services(Path yaml) throws Exception {
    Set<String> services = new TreeSet<>();
    for (String document : Files.readString(yaml).split("(?m)^---$")) {
      Matcher hosts = HOSTS.matcher(document);
      if (document.contains("kind: ServiceEntry") && hosts.find()) {
        for (String host : hosts.group(1).replace("\"", "").split(", *")) {
          Matcher port = PORT.matcher(document);
          while (port.find()) {
            services.add(host.replace("*", "any") + ":" + port.group(1));
          }
        }
      }
    }
    return services;
  }

  /** Whether a call would meet rules of that service, not those for strangers. */
  private static boolean isOwn(Explanation call, String service) {
    String host = service.substring(0, service.lastIndexOf(':'));
    String known = host.replace("any.", "*.").toLowerCase(Locale.ROOT);
    String virtualHost = String.valueOf(call.virtualHost()).toLowerCase(Locale.ROOT);
    String cluster = String.valueOf(call.cluster()).toLowerCase(Locale.ROOT);
    return call.listener() != null
        && (virtualHost.startsWith(known + ":") || cluster.endsWith("|" + known));
  }

  @Test
  void everyServiceIsFoundByASidecarShapedClient() throws Exception {
    List<String> lost = new ArrayList<>();
    int asked = 0;
    for (Path scenario : scenarios()) {
      try (IstioConfig config = IstioConfig.read(files(scenario.resolve("sidecar")))) {
        for (String service : services(scenario.resolve("istio.yaml"))) {
          asked++;
          if (!isOwn(config.explain(service, "/s/m", 0), service)) {
            lost.add(scenario.getFileName() + " " + service);
          }
        }
      }
    }
    assertEquals(new TreeSet<>(HIDDEN), new TreeSet<>(lost));
    assertTrue(asked >= 117, "services asked: " + asked);
  }

  /** Istio sends proxyless clients a listener for a TCP port too, with an empty route table. */
  private static boolean hasNoRoutes(IstioConfig config, String target) {
    String name = config.explain(target, "/s/m", 0).routeConfiguration();
    RouteConfiguration routes =
        name == null ? null : config.snapshot().routeConfigurations().get(name);
    return routes != null && routes.virtualHosts().isEmpty();
  }

  @Test
  void everyTargetIsFoundByAProxylessClient() throws Exception {
    List<String> lost = new ArrayList<>();
    int asked = 0;
    for (Path scenario : scenarios()) {
      Path folder = scenario.resolve("proxyless");
      if (!Files.exists(folder.resolve("lds.json"))) {
        continue;
      }
      try (IstioConfig config = IstioConfig.read(files(folder))) {
        for (String target : config.snapshot().listeners().keySet()) {
          if (hasNoRoutes(config, target)) {
            continue;
          }
          asked++;
          if (!isOwn(config.explain(target, "/s/m", 0), target)) {
            lost.add(scenario.getFileName() + " " + target);
          }
        }
      }
    }
    assertEquals(List.of(), lost);
    assertTrue(asked >= 100, "targets asked: " + asked);
  }
}
