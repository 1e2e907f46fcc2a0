package io.duomesh.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/** The pages that list settings against what an IDE shows of them. */
class SettingsDocTest {
  private static final Pattern ROW = Pattern.compile("\\| (`[^|]*`) \\| ([^|]*)\\|.*");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Set<String> MAPS = Set.of("duomesh.client", "duomesh.static");

  @Test
  void everyDocumentedSettingIsAPropertyWithThatDefault() throws IOException {
    Map<String, Map<String, Object>> properties = MetadataTest.properties();
    Map<String, String> documented = documented(page("settings.md"));
    assertTrue(documented.size() > 50, () -> "only " + documented.keySet());
    List<String> wrong = new ArrayList<>();
    documented.forEach(
        (key, defaultValue) -> {
          Map<String, Object> property = properties.get(key);
          if (property == null) {
            wrong.add(key + " is no property");
          } else if (!defaultValue.isEmpty() && property.get("defaultValue") != null) {
            String shown = plain(String.valueOf(property.get("defaultValue")));
            if (!shown.equals(defaultValue)) {
              wrong.add(key + ": " + defaultValue + " (the property: " + shown + ")");
            }
          }
        });
    assertEquals(List.of(), wrong);
  }

  @Test
  void everyPropertyIsDocumented() throws IOException {
    Set<String> missing = new TreeSet<>(MetadataTest.properties().keySet());
    missing.removeAll(documented(page("settings.md")).keySet());
    missing.removeAll(MAPS); // by target
    String spring = page("spring-boot.md");
    missing.removeIf(key -> spring.contains("`" + key + "`"));
    assertEquals(Set.of(), missing);
  }

  /** The settings of the tables' first columns with their defaults, empty where prose says it. */
  private static Map<String, String> documented(String page) {
    Map<String, String> found = new LinkedHashMap<>();
    for (String line : page.lines().toList()) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        Matcher only = CODE.matcher(row.group(2).strip());
        String defaultValue = only.matches() ? only.group(1) : "";
        String first = "";
        Matcher name = CODE.matcher(row.group(1));
        while (name.find()) {
          String key = name.group(1);
          if (key.startsWith("duomesh.")) {
            first = key;
          } else if (key.startsWith(".")) {
            key = parent(first, key) + key; // short for one of the same family
          }
          if (!key.contains("<")) {
            found.put(key, key.equals(first) ? defaultValue : "");
          }
        }
      }
    }
    return found;
  }

  /** {@code .node.metadata} after {@code duomesh.xds.node.cluster} is below {@code duomesh.xds}. */
  private static String parent(String first, String shortened) {
    String parent = first;
    for (int dots = (int) shortened.chars().filter(c -> c == '.').count(); dots > 0; dots--) {
      parent = parent.substring(0, parent.lastIndexOf('.'));
    }
    return parent;
  }

  private static String plain(String value) {
    return value.matches("\\d+[KM]B") ? Long.toString(DataSize.parse(value).toBytes()) : value;
  }

  private static String page(String name) throws IOException {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path page = folder.resolve("docs").resolve(name);
      if (Files.exists(page)) {
        return Files.readString(page);
      }
    }
    throw new IOException(
        "docs/" + name + " is above no folder of " + Path.of("").toAbsolutePath());
  }
}
