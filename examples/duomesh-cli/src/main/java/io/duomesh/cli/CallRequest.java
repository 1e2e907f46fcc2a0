package io.duomesh.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.duomesh.CallOptions;
import io.duomesh.ServiceName;
import io.duomesh.Settings;
import io.duomesh.traffic.TlsPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code call} is asked to do.
 *
 * @param protocol {@code bolt} or {@code triple}
 * @param address {@code host:port}
 * @param types of the parameters; null where they are to be guessed
 * @param descriptor file of a protobuf service; null for a Java one
 * @param tls how the connection is secured; null for plaintext
 */
record CallRequest(
    String protocol,
    String address,
    ServiceName service,
    String method,
    List<JsonElement> arguments,
    @Nullable List<TypeName> types,
    @Nullable String descriptor,
    CallOptions options,
    @Nullable TlsPolicy tls) {
  private static final Pattern TARGET = Pattern.compile("(bolt|triple)://([^/]+:\\d{1,5})/?");
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Set<String> KNOWN =
      Set.of("--types", "--descriptor", "--group", "--header", "--timeout");

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static CallRequest of(List<String> commandLine) {
    Options options = Options.of(commandLine, KNOWN, true);
    List<String> rest = options.rest();
    if (rest.size() != 3 && rest.size() != 4) {
      throw new IllegalArgumentException(
          rest.size() + " words (expected: TARGET, SERVICE, METHOD and the arguments)");
    }
    Matcher target = TARGET.matcher(rest.get(0));
    if (!target.matches()) {
      throw new IllegalArgumentException(
          "target: " + rest.get(0) + " (expected: bolt://HOST:PORT or triple://HOST:PORT)");
    }
    if (Integer.parseInt(target.group(2).replaceAll(".*:", "")) > 65_535) {
      throw new IllegalArgumentException(
          "target: " + rest.get(0) + " (expected: a port from 1 to 65535)");
    }
    List<JsonElement> arguments = arguments(rest.size() == 4 ? rest.get(3) : "[]");
    String descriptor = options.get("--descriptor");
    String types = options.get("--types");
    if (types != null && descriptor != null) {
      throw new IllegalArgumentException("--types and --descriptor exclude each other");
    }
    List<TypeName> named = types == null ? null : TypeName.list(types);
    if (named != null && named.size() != arguments.size()) {
      throw new IllegalArgumentException(
          named.size() + " types for " + arguments.size() + " arguments");
    }
    return new CallRequest(
        target.group(1),
        target.group(2),
        service(rest.get(1), options.get("--group")),
        rest.get(2),
        arguments,
        named,
        descriptor,
        callOptions(options),
        TlsOptions.of(options));
  }

  private static List<JsonElement> arguments(String text) {
    try {
      if (JsonParser.parseString(text) instanceof JsonArray array) {
        return List.copyOf(array.asList());
      }
    } catch (JsonParseException e) {
      Throwable why = e.getCause() == null ? e : e.getCause();
      throw new IllegalArgumentException(
          "arguments: " + text + " (expected: a JSON array): " + why.getMessage(), e);
    }
    throw new IllegalArgumentException(
        "arguments: " + text + " (expected: a JSON array, such as '[\"tea\", 2]')");
  }

  private static ServiceName service(String text, @Nullable String group) {
    ServiceName name = ServiceName.parse(text);
    return group == null
        ? name
        : new ServiceName(name.interfaceName(), name.version(), group, name.uniqueId());
  }

  private static CallOptions callOptions(Options options) {
    String timeout = options.get("--timeout");
    Settings given = Settings.of(timeout == null ? Map.of() : Map.of("--timeout", timeout));
    CallOptions call = CallOptions.DEFAULT.withTimeout(given.duration("--timeout", TIMEOUT));
    for (String header : options.all("--header")) {
      int equals = header.indexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException("--header: " + header + " (expected: name=value)");
      }
      call = call.withMetadata(header.substring(0, equals), header.substring(equals + 1));
    }
    return call;
  }
}
