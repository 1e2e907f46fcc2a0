package io.duomesh.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import io.duomesh.Mode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may know whom. */
class ModuleRulesTest {

  @ParameterizedTest
  @EnumSource(Module.class)
  void everyModuleIsSeen(Module module) {
    assertTrue(module.classes().findAny().isPresent(), "no class of " + module.label());
  }

  @ParameterizedTest
  @EnumSource(Module.class)
  void moduleUsesOnlyWhatTheDesignGivesIt(Module module) {
    Set<String> forbidden =
        module
            .classes()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(dependency -> !module.mayUse(dependency.getTargetClass()))
            .map(dependency -> dependency.getDescription())
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of(), forbidden, "forbidden to " + module.label());
  }

  @Test
  void packageLivesInOneModule() {
    Map<String, Set<Module>> owners = new TreeMap<>();
    for (Module module : Module.values()) {
      module
          .classes()
          .forEach(
              type ->
                  owners
                      .computeIfAbsent(type.getPackageName(), name -> new TreeSet<>())
                      .add(module));
    }
    owners.values().removeIf(modules -> modules.size() == 1);
    assertEquals(Map.of(), owners);
  }

  @Test
  void filterSeesNoProtocol() {
    List<String> protocols =
        Stream.of("bolt", "triple", "netty", "inproc", "serialization")
            .map(name -> "io.duomesh.transport." + name)
            .toList();
    Set<String> seen =
        Module.GOVERNANCE
            .classes()
            .filter(type -> type.getPackageName().startsWith("io.duomesh.governance.filter"))
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(
                dependency ->
                    protocols.stream()
                        .anyMatch(dependency.getTargetClass().getPackageName()::startsWith))
            .map(dependency -> dependency.getDescription())
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of(), seen);
  }

  /** Passing a mode on is not asking; comparing it or switching on it is. */
  @Test
  void modeIsAskedAboutInAtMostThreePlaces() {
    Set<String> asking =
        Module.CLASSES.stream()
            .filter(type -> !type.isEquivalentTo(Mode.class))
            .filter(
                type ->
                    type.getAccessesFromSelf().stream().anyMatch(ModuleRulesTest::asksAboutMode))
            .map(ModuleRulesTest::topLevel)
            .collect(Collectors.toCollection(TreeSet::new));
    assertTrue(asking.size() <= 3, "asked about in " + asking);
  }

  private static boolean asksAboutMode(JavaAccess<?> access) {
    return access.getTargetOwner().isEquivalentTo(Mode.class)
        && (access.getTarget().getName().matches("equals|compareTo|ordinal|values")
            || access.getTarget().getName().equals(access.getTarget().getName().toUpperCase()));
  }

  private static String topLevel(JavaClass type) {
    String name = type.getFullName();
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }
}
