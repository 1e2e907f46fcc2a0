package io.duomesh.traffic;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A URI template ({@code extensions.path.match.uri_template.v3}) such as {@code
 * /shop/{id}/{rest=**}}, read into the regular expression that Envoy makes of it.
 *
 * @param regex an RE2 expression for the whole path, with a named group per variable
 * @param variables the variables' names
 */
public record UriTemplate(String regex, Set<String> variables) {
  private static final String LITERAL = "a-zA-Z0-9-._~%!$&'()+,;:@*=";
  private static final Pattern VALID_LITERAL = Pattern.compile("[" + LITERAL + "]+");
  private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9_]*");
  private static final Pattern GRAPHIC = Pattern.compile("/[!-~]*");
  private static final int MAX_VARIABLES = 5;
  private static final int MAX_NAME_LENGTH = 16;

  /** Copies the set. */
  public UriTemplate {
    variables = Set.copyOf(variables);
  }

  /**
   * Reads a template.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static UriTemplate parse(String template) {
    return new Reader(template).read();
  }

  /** A position in the template and what was made of it so far. */
  private static final class Reader {
    private final String template;
    private final StringBuilder regex = new StringBuilder("/");
    private final Set<String> variables = new LinkedHashSet<>();
    private boolean textGlob;
    private String rest;

    Reader(String template) {
      this.template = template;
      this.rest = template;
    }

    UriTemplate read() {
      if (!GRAPHIC.matcher(template).matches()) {
        throw invalid("a path of graphic characters");
      }
      rest = rest.substring(1);
      while (!rest.isEmpty()) {
        boolean glob = rest.startsWith("*");
        segment();
        if (!rest.isEmpty() && !rest.startsWith("/")) {
          literal();
          if (glob && !rest.isEmpty()) {
            throw invalid("nothing after a glob's suffix");
          }
        }
        if (rest.equals("/")) {
          regex.append('/');
          break;
        }
        if (rest.startsWith("/")) {
          regex.append('/');
          rest = rest.substring(1);
        }
      }
      return new UriTemplate(regex.toString(), variables);
    }

    private void segment() {
      if (rest.startsWith("*")) {
        glob();
      } else if (rest.startsWith("{")) {
        variable();
      } else {
        literal();
      }
    }

    private void glob() {
      if (textGlob) {
        throw invalid("no glob after a text glob");
      }
      textGlob = rest.startsWith("**");
      regex.append(textGlob ? "[" + LITERAL + "/]*" : "[" + LITERAL + "]+");
      rest = rest.substring(textGlob ? 2 : 1);
    }

    private void literal() {
      int end = rest.indexOf('/') < 0 ? rest.length() : rest.indexOf('/');
      String literal = rest.substring(0, end);
      if (!VALID_LITERAL.matcher(literal).matches()) {
        throw invalid("literals of unreserved characters");
      }
      regex.append(literal.replaceAll("([$()+.])", "\\\\$1"));
      rest = rest.substring(end);
    }

    private void variable() {
      int end = rest.indexOf('}');
      if (end < 0) {
        throw invalid("a closing bracket");
      }
      String[] parts = rest.substring(1, end).split("=", 2);
      String after = rest.substring(end + 1);
      if (!NAME.matcher(parts[0]).matches() || parts[0].length() > MAX_NAME_LENGTH) {
        throw invalid("a variable's name of at most " + MAX_NAME_LENGTH + " letters and digits");
      }
      if (variables.size() == MAX_VARIABLES || !variables.add(parts[0])) {
        throw invalid("at most " + MAX_VARIABLES + " variables of different names");
      }
      regex.append("(?P<").append(parts[0]).append('>');
      rest = parts.length == 1 ? "*" : parts[1];
      if (rest.isEmpty()) {
        throw invalid("a pattern after =");
      }
      while (!rest.isEmpty()) {
        if (rest.startsWith("*")) {
          glob();
        } else {
          literal();
        }
        if (!rest.isEmpty()) {
          if (rest.charAt(0) != '/' || rest.length() == 1) {
            throw invalid("whole segments in a variable's pattern");
          }
          regex.append('/');
          rest = rest.substring(1);
        }
      }
      regex.append(')');
      rest = after;
    }

    private IllegalArgumentException invalid(String expected) {
      return new IllegalArgumentException(
          "URI template: " + template + " (expected: " + expected + ")");
    }
  }
}
