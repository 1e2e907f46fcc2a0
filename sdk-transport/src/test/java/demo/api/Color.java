package demo.api;

/** Named as in the captured streams. */
public enum Color {
  RED,
  GREEN
}
