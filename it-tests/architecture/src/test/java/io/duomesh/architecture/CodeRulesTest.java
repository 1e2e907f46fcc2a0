package io.duomesh.architecture;

import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What no class of a product module does. */
class CodeRulesTest {

  /** The only class that may hold a ThreadLocal: a service method asks it for the current call. */
  private static final String CONTEXT = "io.duomesh.RpcContext";

  @Test
  void packagesFormNoCycle() {
    SlicesRuleDefinition.slices()
        .assignedFrom(new ByPackage())
        .should()
        .beFreeOfCycles()
        .check(Module.CLASSES);
  }

  @Test
  void packageIsNullMarked() {
    Set<String> unmarked =
        Module.CLASSES.stream()
            .map(JavaClass::getPackage)
            .filter(
                home ->
                    home.tryGetPackageInfo()
                        .filter(info -> info.isAnnotatedWith(NullMarked.class))
                        .isEmpty())
            .map(home -> home.getName())
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of(), unmarked);
  }

  @Test
  void publicClassIsClosedOrAContract() {
    assertEquals(Set.of(), names(published().filter(type -> !isClosed(type) && !isContract(type))));
  }

  @Test
  void publicClassShowsNoField() {
    assertEquals(
        Set.of(),
        published()
            .flatMap(type -> type.getFields().stream())
            .filter(field -> field.getModifiers().contains(PUBLIC))
            .filter(field -> !field.getModifiers().containsAll(Set.of(STATIC, FINAL)))
            .map(field -> field.getFullName())
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  /** Records and exceptions aside, a factory method or a builder can change its mind later. */
  @Test
  void publicClassOfTheApiIsNotConstructedWithArguments() {
    assertEquals(
        Set.of(),
        names(
            PublicTypes.of(Module.API)
                .filter(type -> !type.isRecord() && !type.isAssignableTo(Throwable.class))
                .filter(
                    type ->
                        type.getConstructors().stream()
                            .filter(made -> made.getModifiers().contains(PUBLIC))
                            .anyMatch(made -> !made.getRawParameterTypes().isEmpty()))));
  }

  @Test
  void nobodySleeps() {
    noClasses().should().callMethod(Thread.class, "sleep", long.class).check(Module.CLASSES);
    noClasses()
        .should()
        .callMethod(Executors.class, "newCachedThreadPool")
        .because("it has no bound")
        .check(Module.CLASSES);
  }

  @Test
  void nobodyPrints() {
    GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(Module.CLASSES);
  }

  @Test
  void threadLocalHasOneHome() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(CONTEXT)
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ThreadLocal.class)
        .check(Module.CLASSES);
  }

  private static Stream<JavaClass> published() {
    return Stream.of(Module.values()).flatMap(PublicTypes::of);
  }

  private static boolean isClosed(JavaClass type) {
    return type.getModifiers().contains(FINAL)
        || type.isEnum()
        || type.isRecord()
        || type.reflect().isSealed();
  }

  private static boolean isContract(JavaClass type) {
    return type.isInterface()
        || type.getModifiers().contains(JavaModifier.ABSTRACT)
        || type.isAssignableTo(Throwable.class);
  }

  private static Set<String> names(Stream<JavaClass> types) {
    return types.map(JavaClass::getFullName).collect(Collectors.toCollection(TreeSet::new));
  }

  private static final class ByPackage implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      return Module.of(type).isPresent()
          ? SliceIdentifier.of(type.getPackageName())
          : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "packages";
    }
  }
}
