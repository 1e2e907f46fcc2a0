package io.duomesh.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.boot.json.JsonParserFactory;

/** What an IDE shows of the properties. */
class MetadataTest {
  @Test
  void everyPropertyHasATypeAndADescription() throws IOException {
    Map<String, Map<String, Object>> properties = properties();
    assertTrue(properties.size() > 30, () -> "only " + properties.keySet());
    List<String> bare = new ArrayList<>();
    properties.forEach(
        (name, property) -> {
          if (!(property.get("type") instanceof String)
              || !(property.get("description") instanceof String text)
              || !text.endsWith(".")) {
            bare.add(name);
          }
        });
    assertEquals(List.of(), bare);
  }

  @Test
  void defaultsAreShown() throws IOException {
    Map<String, Map<String, Object>> properties = properties();
    assertEquals("proxyless", properties.get("duomesh.mode").get("defaultValue"));
    assertEquals("wait", properties.get("duomesh.startup").get("defaultValue"));
    assertEquals("15s", properties.get("duomesh.startup-timeout").get("defaultValue"));
    assertEquals("3s", properties.get("duomesh.client.timeout").get("defaultValue"));
    assertEquals(
        "12200", String.valueOf(properties.get("duomesh.server.port").get("defaultValue")));
    assertEquals("java.time.Duration", properties.get("duomesh.client.timeout").get("type"));
    assertEquals("io.duomesh.Mode", properties.get("duomesh.mode").get("type"));
  }

  /** Boot's own jars have files of that name too. */
  static Map<String, Map<String, Object>> properties() throws IOException {
    Map<String, Map<String, Object>> all = new TreeMap<>();
    for (URL file :
        Collections.list(
            DuomeshProperties.class
                .getClassLoader()
                .getResources("META-INF/spring-configuration-metadata.json"))) {
      try (InputStream content = file.openStream()) {
        all.putAll(parse(new String(content.readAllBytes(), StandardCharsets.UTF_8)));
      }
    }
    return all;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Map<String, Object>> parse(String json) {
    Map<String, Map<String, Object>> byName = new TreeMap<>();
    Map<String, Object> root = JsonParserFactory.getJsonParser().parseMap(json);
    for (Object property : (List<Object>) root.get("properties")) {
      Map<String, Object> fields = (Map<String, Object>) property;
      if (String.valueOf(fields.get("name")).startsWith("duomesh.")) {
        byName.put(String.valueOf(fields.get("name")), fields);
      }
    }
    return byName;
  }
}
