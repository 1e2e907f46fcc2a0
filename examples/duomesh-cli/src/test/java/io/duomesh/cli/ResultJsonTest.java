package io.duomesh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Results as an operator reads them. */
class ResultJsonTest {
  @Test
  void valuesHaveTheirPlainForms() {
    assertEquals("null", ResultJson.text(null));
    assertEquals("[1,2.5,true]", ResultJson.text(new Object[] {1, 2.5, true}));
    assertEquals("\"NaN\"", ResultJson.text(Double.NaN));
    assertEquals("\"AQI=\"", ResultJson.text(new byte[] {1, 2}));
    assertEquals("\"1970-01-01T00:00:00Z\"", ResultJson.text(new Date(0)));
    assertEquals("{\"1\":\"<a>\"}", ResultJson.text(Map.of(1, "<a>")));
  }

  @Test
  void anObjectInsideItselfIsAReference() {
    Map<String, Object> order = new LinkedHashMap<>();
    order.put("class", "demo.Order");
    order.put("parts", new ArrayList<>(List.of(Map.of("of", order))));
    assertEquals(
        "{\"class\":\"demo.Order\",\"parts\":[{\"of\":{\"$ref\":\"$\"}}]}", ResultJson.text(order));
  }

  @Test
  void anObjectMetTwiceIsWrittenTwice() {
    Map<String, String> one = Map.of("a", "b");
    assertEquals("[{\"a\":\"b\"},{\"a\":\"b\"}]", ResultJson.text(List.of(one, one)));
  }
}
