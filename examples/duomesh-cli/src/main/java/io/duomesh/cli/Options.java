package io.duomesh.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A command line, taken apart: {@code --name VALUE} pairs anywhere among the rest.
 *
 * @param rest what is no option, in order
 * @param values by option, in order
 */
record Options(List<String> rest, Map<String, List<String>> values) {

  /**
   * Takes a command line apart.
   *
   * @param known the options that take a value
   * @param tls whether those of {@link TlsOptions} are known too
   * @throws IllegalArgumentException if an option is unknown or has no value
   */
  static Options of(List<String> arguments, Set<String> known, boolean tls) {
    List<String> rest = new ArrayList<>();
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      String word = arguments.get(i);
      if (!word.startsWith("--")) {
        rest.add(word);
      } else if (tls && word.equals(TlsOptions.FLAG)) {
        values.put(word, List.of());
      } else if (!known.contains(word) && !(tls && TlsOptions.NAMES.contains(word))) {
        throw new IllegalArgumentException("unknown option " + word);
      } else if (++i == arguments.size()) {
        throw new IllegalArgumentException(word + " needs a value");
      } else {
        values.computeIfAbsent(word, name -> new ArrayList<>()).add(arguments.get(i));
      }
    }
    return new Options(rest, values);
  }

  /** Whether an option is given. */
  boolean has(String name) {
    return values.containsKey(name);
  }

  /** All values of an option. */
  List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /**
   * The value of an option; null where it is not given.
   *
   * @throws IllegalArgumentException if it is given twice
   */
  @Nullable String get(String name) {
    List<String> all = all(name);
    if (all.size() > 1) {
      throw new IllegalArgumentException(name + " is given " + all.size() + " times");
    }
    return all.isEmpty() ? null : all.get(0);
  }

  /**
   * The value of an option that must be there.
   *
   * @throws IllegalArgumentException if it is not
   */
  String required(String name) {
    String value = get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + " is needed");
    }
    return value;
  }
}
