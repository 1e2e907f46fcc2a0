package io.duomesh.architecture;

import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Optional;
import java.util.stream.Stream;

/** The types of a module that others can name. */
final class PublicTypes {
  private PublicTypes() {}

  static Stream<JavaClass> of(Module module) {
    return module.classes().filter(PublicTypes::isPublic);
  }

  /** A nested type is public if all that enclose it are. */
  private static boolean isPublic(JavaClass type) {
    Optional<JavaClass> enclosing = type.getEnclosingClass();
    return type.getModifiers().contains(PUBLIC)
        && !type.isAnonymousClass()
        && !type.isLocalClass()
        && (enclosing.isEmpty() || isPublic(enclosing.get()));
  }
}
