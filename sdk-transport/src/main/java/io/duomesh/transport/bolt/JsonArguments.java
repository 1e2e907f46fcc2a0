package io.duomesh.transport.bolt;

import io.duomesh.transport.serialization.ClassFilter;
import io.duomesh.transport.serialization.Serializer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several arguments in one JSON array, each of a type of its own: cut apart, then read one by one.
 */
final class JsonArguments {
  private JsonArguments() {}

  /** Reads as many arguments as there are types. */
  static @Nullable Object[] read(byte[] json, List<Type> types, Serializer serializer)
      throws IOException {
    @Nullable Object[] arguments = new @Nullable Object[types.size()];
    int at = skipSpace(json, 0);
    if (at == json.length || json[at] != '[') {
      throw new IOException("content is no JSON array of " + types.size() + " arguments");
    }
    for (int i = 0; i < arguments.length; i++) {
      int from = at + 1;
      at = endOfValue(json, from);
      if (skipSpace(json, from) == at) {
        throw new IOException("JSON array of " + i + " arguments (expected: " + types.size() + ")");
      }
      arguments[i] =
          serializer.read(
              new ByteArrayInputStream(json, from, at - from), types.get(i), ClassFilter.JDK_ONLY);
      if (json[at] != (i == arguments.length - 1 ? ']' : ',')) {
        throw new IOException("JSON array of other than " + types.size() + " arguments");
      }
    }
    return arguments;
  }

  private static int skipSpace(byte[] json, int from) {
    int at = from;
    while (at < json.length && json[at] <= ' ' && json[at] >= 0) {
      at++;
    }
    return at;
  }

  /** Where the comma or bracket after a value stands. */
  private static int endOfValue(byte[] json, int from) throws IOException {
    int depth = 0;
    boolean inText = false;
    for (int at = from; at < json.length; at++) {
      byte b = json[at];
      if (inText) {
        if (b == '\\') {
          at++;
        } else if (b == '"') {
          inText = false;
        }
      } else if (b == '"') {
        inText = true;
      } else if (depth == 0 && (b == ',' || b == ']')) {
        return at;
      } else if (b == '[' || b == '{') {
        depth++;
      } else if (b == ']' || b == '}') {
        depth--;
      }
    }
    throw new IOException("JSON array without end");
  }
}
