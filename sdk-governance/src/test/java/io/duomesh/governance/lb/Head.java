package io.duomesh.governance.lb;

import com.fasterxml.jackson.databind.JsonNode;
import io.duomesh.governance.route.RequestHead;
import java.util.ArrayList;
import java.util.List;

/** A request of a case: path, authority, headers as pairs. */
public record Head(String authority, String path, List<String[]> headers) implements RequestHead {
  /** Of a case's JSON; {@code value} stands for {@code {}}. */
  public static Head of(JsonNode request, String value) {
    List<String[]> headers = new ArrayList<>();
    for (JsonNode header : request.path("headers")) {
      String text = header.get(1).asText().replace("{}", value).strip();
      headers.add(new String[] {header.get(0).asText(), text});
    }
    return new Head(
        request.path("authority").asText("host"), request.path("path").asText("/"), headers);
  }

  @Override
  public int size() {
    return headers.size();
  }

  @Override
  public String name(int index) {
    return headers.get(index)[0];
  }

  @Override
  public String value(int index) {
    return headers.get(index)[1];
  }
}
