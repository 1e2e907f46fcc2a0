package io.duomesh.examples.quickstart;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The main job of Duomesh in one terminal. Ends with 0 if every step held, with 1 otherwise.
 *
 * <p>Takes the path of a YAML file of xDS resources; without one it uses its own {@code mesh.yaml}.
 * With a port after it, it only serves that file there.
 */
public final class Quickstart {
  private static final List<Step> STEPS =
      List.of(
          new BothProtocols(),
          new Split(),
          new Pin(),
          new Limit(),
          new ChangeSplit(),
          new RemoveInstance(),
          new MoveProtocol(),
          new ExplainCall(),
          new SidecarMode());

  private final Console console = new Console();
  private final long start = System.nanoTime();

  private Quickstart() {}

  /** Runs the steps. */
  public static void main(String[] args) {
    System.exit(new Quickstart().run(args) ? 0 : 1);
  }

  private boolean run(String[] args) {
    try {
      if (args.length > 1 && !args[1].isBlank()) {
        new ServeMesh(Path.of(args[0]), console).run(Integer.parseInt(args[1]));
        return true;
      }
      MeshFile file =
          MeshFile.read(args.length == 0 || args[0].isBlank() ? null : Path.of(args[0]));
      try (Shop shop = Shop.open(file)) {
        introduce(file, shop);
        return run(shop);
      }
    } catch (IOException | RuntimeException e) {
      console.line(
          "The quickstart could not start: "
              + (e instanceof IllegalArgumentException ? e.getMessage() : e));
      return false;
    }
  }

  private void introduce(MeshFile file, Shop shop) {
    Mesh mesh = file.mesh();
    console.line("Duomesh quickstart: a control plane, a service, a client");
    console.entry(
        "mesh",
        String.format(
            Locale.ROOT,
            "%s: listeners %d, route tables %d, clusters %d, load assignments %d",
            file.name(),
            mesh.listeners().size(),
            mesh.routes().size(),
            mesh.clusters().size(),
            mesh.assignments().size()));
    file.movedPorts()
        .forEach((from, to) -> console.note("port " + from + " is taken here: " + to + " instead"));
    console.entry(
        "control", "java-control-plane, incremental ADS, " + shop.controlPlane().address());
    console.entry("service", OrderService.class.getSimpleName() + ": " + mesh.instances());
    console.entry("client", shop.client().mode() + ", node of " + shop.client().state().source());
    shop.controlPlane().log().refusals().forEach(r -> console.entry("refused", r.toString()));
  }

  private boolean run(Shop shop) {
    List<String> failed = new ArrayList<>();
    int held = 0;
    for (int i = 0; i < STEPS.size(); i++) {
      String title = (i + 1) + ". " + STEPS.get(i).title();
      long began = System.nanoTime();
      Set<Refusal> before = Set.copyOf(shop.controlPlane().log().refusals());
      console.blank();
      console.line(title);
      try {
        STEPS.get(i).run(shop, console);
        console.entry("holds", String.format(Locale.ROOT, "%.1f s", seconds(began)));
        held++;
      } catch (StepLeftOut e) {
        console.entry("left out", String.valueOf(e.getMessage()));
      } catch (StepFailed e) {
        failed.add(title);
        console.entry("FAILED", String.valueOf(e.getMessage()));
      } catch (RuntimeException e) {
        failed.add(title);
        console.entry("FAILED", String.valueOf(e));
      }
      shop.controlPlane().log().refusals().stream()
          .filter(refusal -> !before.contains(refusal))
          .forEach(refusal -> console.entry("refused", refusal.toString()));
    }
    return conclude(held, failed);
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private boolean conclude(int held, List<String> failed) {
    double seconds = seconds(start);
    console.blank();
    if (failed.isEmpty()) {
      String steps = held == STEPS.size() ? "All " + held : held + " of " + STEPS.size();
      String others = held == STEPS.size() ? "" : ", the rest was left out";
      console.line(
          String.format(Locale.ROOT, "%s steps held%s, in %.1f s.", steps, others, seconds));
      return true;
    }
    console.line(
        String.format(Locale.ROOT, "%d of %d steps did not hold:", failed.size(), STEPS.size()));
    failed.forEach(step -> console.note(step));
    return false;
  }
}
