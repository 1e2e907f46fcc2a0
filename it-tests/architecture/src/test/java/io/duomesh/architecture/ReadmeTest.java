package io.duomesh.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README tells users to type compiles, and its plain program runs. */
class ReadmeTest {
  private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern MAIN_CLASS =
      Pattern.compile("class (\\w+) \\{\\s+public static void main");

  @TempDir private Path folder;

  private static List<String> snippets(String... page) throws IOException {
    Matcher found = JAVA.matcher(Files.readString(Path.of("../..", page)));
    List<String> snippets = new ArrayList<>();
    while (found.find()) {
      snippets.add(found.group(1));
    }
    return snippets;
  }

  private Path compile(String snippet) throws IOException {
    Matcher main = MAIN_CLASS.matcher(snippet);
    assertTrue(main.find(), () -> "no main class in:\n" + snippet);
    Path source = Files.writeString(folder.resolve(main.group(1) + ".java"), snippet);
    Path classes = Files.createDirectories(folder.resolve("classes"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(problems, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  null,
                  files,
                  problems,
                  List.of(
                      "-proc:none",
                      "-d",
                      classes.toString(),
                      "-classpath",
                      System.getProperty("java.class.path")),
                  null,
                  files.getJavaFileObjects(source))
              .call();
      assertTrue(compiled, () -> problems.getDiagnostics().toString());
    }
    return classes;
  }

  @Test
  void everySnippetCompiles() throws IOException {
    List<String> snippets = snippets("README.md");
    assertEquals(2, snippets.size());
    for (String snippet : snippets) {
      compile(snippet);
    }
  }

  @Test
  void thePlainProgramRuns() throws Exception {
    run(snippets("README.md").get(0), "PlainJava");
  }

  @Test
  void theProgramWithStreamsRuns() throws Exception {
    run(snippets("docs", "triple.md").get(0), "Chat");
  }

  private void run(String snippet, String name) throws Exception {
    Path classes = compile(snippet);
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
      Class<?> program = loader.loadClass(name);
      var main = program.getDeclaredMethod("main", String[].class);
      main.setAccessible(true);
      main.invoke(null, (Object) new String[0]);
    }
  }
}
