package io.duomesh.governance.lb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Cases in {@code src/test/resources/envoy}, one a line. */
public final class Cases {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Cases() {}

  /** The cases of a file, without extension. */
  public static Stream<JsonNode> of(String file) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    Cases.class.getResourceAsStream("/envoy/" + file + ".jsonl"), file),
                StandardCharsets.UTF_8))) {
      List<JsonNode> cases = new ArrayList<>();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        cases.add(JSON.readTree(line));
      }
      return cases.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An unsigned 64-bit number in text. */
  public static long unsigned(JsonNode node) {
    return Long.parseUnsignedLong(node.asText());
  }

  /** The elements of a list of numbers. */
  public static int[] ints(JsonNode node) {
    int[] numbers = new int[node.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = node.get(i).asInt();
    }
    return numbers;
  }
}
