package io.duomesh.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A product module: what it may use of the others and of the libraries. */
enum Module {
  API("sdk-api", Set.of(), List.of()),
  TRANSPORT(
      "sdk-transport",
      Set.of(API),
      List.of(
          "org.slf4j.",
          "io.netty.",
          "com.google.protobuf.",
          "com.fasterxml.jackson.",
          "sun.reflect.ReflectionFactory")), // the JDK's own, kept for serializers (JEP 260)
  GOVERNANCE(
      "sdk-governance",
      Set.of(API, TRANSPORT),
      List.of(
          "org.slf4j.",
          "com.google.re2j.",
          "io.opentelemetry.",
          "io.github.resilience4j.",
          "com.alibaba.csp.sentinel.")),
  XDS(
      "sdk-xds/client",
      Set.of(API),
      List.of(
          "org.slf4j.",
          "io.duomesh.xds.proto.",
          "com.google.protobuf.",
          "com.google.re2j.", // a bad expression is refused before it is in a snapshot
          "com.google.gson.",
          "org.yaml.snakeyaml.")),
  DISCOVERY("sdk-discovery", Set.of(API), List.of("org.slf4j.", "org.yaml.snakeyaml.")),
  STARTER(
      "spring-boot-starter",
      Set.of(API, TRANSPORT, GOVERNANCE, XDS, DISCOVERY),
      List.of("org.slf4j.", "org.springframework.", "io.micrometer.", "jakarta."));

  /** Every class of the product modules, Envoy's messages left out: nobody wrote them. */
  static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("/io/duomesh/xds/proto/"))
          .importPackages("io.duomesh");

  private final String folder;
  private final Set<Module> modules;
  private final List<String> libraries;

  Module(String folder, Set<Module> modules, List<String> libraries) {
    this.folder = folder;
    this.modules = modules;
    this.libraries = libraries;
  }

  /** The module that a class was built in; empty for the JDK, libraries and Envoy's messages. */
  static Optional<Module> of(JavaClass type) {
    String origin = type.getSource().map(source -> source.getUri().toString()).orElse("");
    return Stream.of(values())
        .filter(module -> origin.contains("/" + module.folder + "/target/"))
        .findFirst();
  }

  /** The name of the committed list of its public types. */
  String label() {
    return folder.replace("/client", "");
  }

  Stream<JavaClass> classes() {
    return CLASSES.stream().filter(type -> of(type).filter(this::equals).isPresent());
  }

  /** Whether a class of this module may name the given one. */
  boolean mayUse(JavaClass target) {
    JavaClass element = target.getBaseComponentType();
    Optional<Module> owner = of(element);
    if (owner.isPresent()) {
      return owner.get() == this || modules.contains(owner.get());
    }
    String name = element.getFullName();
    return element.isPrimitive()
        || Stream.concat(Stream.of("java.", "javax.", "org.jspecify."), libraries.stream())
            .anyMatch(name::startsWith);
  }
}
