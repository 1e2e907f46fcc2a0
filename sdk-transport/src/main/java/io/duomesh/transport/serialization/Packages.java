package io.duomesh.transport.serialization;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Questions about the names of packages. */
final class Packages {
  /** First labels under which many owners have their names. */
  private static final Set<String> SHARED =
      Set.of(
          "com",
          "org",
          "net",
          "edu",
          "gov",
          "mil",
          "int",
          "info",
          "biz",
          "name",
          "pro",
          "dev",
          "app",
          "xyz",
          "tech",
          "cloud",
          "online",
          "github",
          "java",
          "javax",
          "jakarta",
          "javafx",
          "jdk",
          "sun",
          "kotlin",
          "kotlinx",
          "scala",
          "groovy",
          "clojure",
          "android",
          "androidx");

  private static final Set<String> SECOND_LEVEL =
      Set.of("com", "co", "org", "net", "gov", "edu", "ac", "or", "ne", "go");

  private static final List<String> PLATFORM =
      List.of("java.", "javax.", "jdk.", "sun.", "com.sun.");

  private Packages() {}

  /**
   * Whether all that stands in a package and below it has one owner: not of the platform, of the
   * unnamed package, a top-level domain, or a country's second level such as {@code uk.co}.
   */
  static boolean hasOneOwner(String name) {
    int first = name.indexOf('.');
    String root = first < 0 ? name : name.substring(0, first);
    if (first < 0) {
      return root.length() > 2 && !SHARED.contains(root);
    }
    if (isPlatform(name + '.')) {
      return false;
    }
    return root.length() > 2 || !SECOND_LEVEL.contains(name.substring(first + 1));
  }

  /** Whether a text can be a class's name, rather than an array's, a path, or no name at all. */
  static boolean isName(String className) {
    char before = '.';
    for (int i = 0; i < className.length(); i++) {
      char c = className.charAt(i);
      if (before == '.' ? !Character.isJavaIdentifierStart(c) : !isPart(c)) {
        return false;
      }
      before = c;
    }
    return before != '.';
  }

  private static boolean isPart(char c) {
    return c == '.' || c == '-' || Character.isJavaIdentifierPart(c) && c != 0;
  }

  /** Whether a class is the platform's by its name. */
  static boolean isPlatform(String className) {
    return PLATFORM.stream().anyMatch(className::startsWith);
  }

  /** The value of the nearest package around a class, or null if there is none. */
  static <T> @Nullable T around(String className, Map<String, T> packages) {
    for (int dot = className.lastIndexOf('.'); dot > 0; dot = className.lastIndexOf('.', dot - 1)) {
      T found = packages.get(className.substring(0, dot));
      if (found != null) {
        return found;
      }
    }
    return null;
  }
}
