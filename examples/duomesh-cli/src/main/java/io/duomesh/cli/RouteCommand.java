package io.duomesh.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.duomesh.xds.XdsFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Says where requests would go under a configuration, by the very code that routes calls. */
final class RouteCommand implements Command {
  private static final Gson JSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

  @Override
  public String name() {
    return "route";
  }

  @Override
  public String usage() {
    return "--xds FILE [--xds FILE]… --requests FILE";
  }

  @Override
  public int run(List<String> arguments, PrintStream out, PrintStream err) {
    List<Path> xds = new ArrayList<>();
    Path requests = null;
    for (int i = 0; i < arguments.size(); i += 2) {
      String option = arguments.get(i);
      if (i + 1 == arguments.size()) {
        throw new IllegalArgumentException(option + " needs a FILE");
      }
      Path file = Path.of(arguments.get(i + 1));
      switch (option) {
        case "--xds" -> xds.add(file);
        case "--requests" -> requests = file;
        default -> throw new IllegalArgumentException("unknown option " + option);
      }
    }
    if (xds.isEmpty() || requests == null) {
      throw new IllegalArgumentException("--xds and --requests are needed");
    }
    return answer(xds, requests, out, err);
  }

  private static int answer(List<Path> xds, Path requests, PrintStream out, PrintStream err) {
    Path reading = xds.get(0);
    try {
      RouteOracle oracle = new RouteOracle(XdsFile.read(xds.toArray(Path[]::new)));
      reading = requests;
      int line = 0;
      try (BufferedReader lines = Files.newBufferedReader(requests)) {
        for (String text = lines.readLine(); text != null; text = lines.readLine()) {
          line++;
          if (!text.isBlank()) {
            out.println(JSON.toJson(answer(oracle, text, line)));
          }
        }
      }
      return 0;
    } catch (IOException e) {
      err.println("route: cannot read " + reading + ": " + why(e));
      return 1;
    } catch (IllegalArgumentException e) {
      err.println("route: " + e.getMessage());
      return 1;
    }
  }

  private static String why(IOException e) {
    return e instanceof NoSuchFileException
        ? "no such file"
        : e instanceof CharacterCodingException
            ? "it is not UTF-8"
            : String.valueOf(e.getMessage());
  }

  /** A line that is no request is refused alone, as a resource is. */
  private static JsonObject answer(RouteOracle oracle, String text, int line) {
    RouteRequest request;
    try {
      request = RouteRequest.of(text);
    } catch (IllegalArgumentException e) {
      return RouteAnswer.rejected("line " + line + " is no request: " + e.getMessage());
    }
    return oracle.answer(request);
  }
}
