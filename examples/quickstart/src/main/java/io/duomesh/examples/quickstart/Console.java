package io.duomesh.examples.quickstart;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Prints what was configured and what was measured, in plain words. */
final class Console {
  private static final String INDENT = "   ";
  private static final int WIDTH = 12;

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  void line(String text) {
    out.println(text);
  }

  void blank() {
    out.println();
  }

  /** What the mesh says. */
  void configured(String text) {
    entry("configured", text);
  }

  /** What was done to it. */
  void changed(String text) {
    entry("changed", text);
  }

  /** What was counted. */
  void measured(String text) {
    entry("measured", text);
  }

  /** What else there is to know. */
  void note(String text) {
    entry("", text);
  }

  /** A word and what it is about. */
  void entry(String word, String text) {
    String label = word + " ".repeat(Math.max(0, WIDTH - word.length()));
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      out.println(INDENT + (i == 0 ? label : " ".repeat(WIDTH)) + lines[i]);
    }
  }
}
