package io.duomesh.xds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Whole collections of what control planes generate; skipped where they are not beside the project.
 */
final class ControlPlaneCorpusTest {
  private static final Path SHARED = Path.of("../../../shared/data");

  /** What Envoy refuses too; the last one has a field newer than our messages. */
  private static final Set<String> ENVOY_REFUSES_TOO =
      Set.of(
          "client-timeout.routes.yaml",
          "multiple-listeners-same-port.routes.yaml",
          "jsonpatch-with-jsonpath.routes.yaml",
          "multiple-simple-tcp-route-same-port.listeners.yaml",
          "local-ratelimit-distinct.routes.yaml",
          "local-ratelimit-duplicate-cidr.routes.yaml");

  private static List<Path> files(String directory, String ending) throws Exception {
    Path root = SHARED.resolve(directory);
    assumeTrue(Files.isDirectory(root), "SKIPPED: " + root.toAbsolutePath() + " is not there");
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  private static List<String> refusals(List<Path> files) throws Exception {
    List<String> refusals = new ArrayList<>();
    for (Path file : files) {
      for (XdsVerdict verdict : XdsFile.read(file).resources()) {
        if (verdict.outcome() == XdsVerdict.Outcome.REFUSED) {
          refusals.add(file.getFileName() + " " + verdict.name() + ": " + verdict.reason());
        }
      }
    }
    return refusals;
  }

  @Test
  void nothingThatIstioSendsIsRefused() throws Exception {
    List<Path> files = new ArrayList<>(files("istio-generated", "ds.json"));
    files.removeIf(file -> file.endsWith("index.json"));
    assertTrue(files.size() > 1000, "files: " + files.size());
    assertEquals(List.of(), refusals(files));
  }

  @Test
  void ofEnvoyGatewayOnlyUnsupportedFiltersAreRefused() throws Exception {
    List<Path> files = new ArrayList<>();
    for (String kind : List.of("listeners", "routes", "clusters", "endpoints")) {
      files.addAll(files("envoy-gateway-xds", "." + kind + ".yaml"));
    }
    assertTrue(files.size() > 600, "files: " + files.size());
    List<String> wrong =
        refusals(files).stream()
            .filter(refusal -> !ENVOY_REFUSES_TOO.contains(refusal.split(" ", 2)[0]))
            .filter(
                refusal ->
                    !refusal.matches(
                        ".*: filter \\S+: envoy\\.extensions\\.filters\\.http\\.\\S+ is not supported .*"))
            .toList();
    assertEquals(List.of(), wrong);
  }

  @Test
  void dumpOfAWaypointIsReadButForItsTunnel() throws Exception {
    Path dump = SHARED.resolve("istio/writer_compare_configdump.json");
    assumeTrue(Files.exists(dump), "SKIPPED: " + dump.toAbsolutePath() + " is not there");
    XdsFile file = XdsFile.read(dump);
    List<String> refusals = refusals(List.of(dump));
    assertEquals(1, refusals.size(), refusals.toString());
    assertTrue(refusals.get(0).contains("connect_terminate"), refusals.toString());
    assertEquals(1, file.snapshot().clusters().size());
  }
}
