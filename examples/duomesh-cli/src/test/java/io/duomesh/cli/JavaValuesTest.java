package io.duomesh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonParser;
import java.math.BigDecimal;
import java.util.Date;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JavaValuesTest {
  private static @Nullable Object value(String json, String type) {
    return JavaValues.of(JsonParser.parseString(json), TypeName.of(type), "argument 1");
  }

  @Test
  void fieldsThatJsonHasNoFormForSayTheirClass() {
    assertEquals(
        Map.of("class", "demo.Order", "at", new Date(0), "price", new BigDecimal("1.50")),
        value(
            """
            {"at": {"class": "java.util.Date", "value": "1970-01-01T00:00:00Z"},
             "price": {"class": "java.math.BigDecimal", "value": "1.50"}}
            """,
            "demo.Order"));
  }

  @Test
  void fieldWhoseTextIsNoneOfItsClassIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            value("{\"at\": {\"class\": \"java.util.Date\", \"value\": \"soon\"}}", "demo.Order"));
  }
}
