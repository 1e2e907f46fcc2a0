package io.duomesh.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What users can name is a promise, so its growth shows in a diff. To accept a change, run
 *
 * <pre>
 * ./mvnw -q -Dfast -pl it-tests/architecture -am test -Dtest=PublicTypesTest -Dduomesh.publicTypes.update=true
 * </pre>
 *
 * and commit {@code src/test/resources/public-types}.
 */
class PublicTypesTest {

  private static final Path LISTS = Path.of("src", "test", "resources", "public-types");

  @ParameterizedTest
  @EnumSource(Module.class)
  void publicTypesAreTheCommittedOnes(Module module) throws IOException {
    List<String> types =
        PublicTypes.of(module).map(JavaClass::getFullName).sorted().distinct().toList();
    Path list = LISTS.resolve(module.label() + ".txt");
    if (Boolean.getBoolean("duomesh.publicTypes.update")) {
      Files.write(list, types);
    }
    assertEquals(Files.readAllLines(list), types, "public types of " + module.label());
  }
}
