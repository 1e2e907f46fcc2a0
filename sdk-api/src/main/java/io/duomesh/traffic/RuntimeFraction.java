package io.duomesh.traffic;

/**
 * A share of requests ({@code config.core.v3.RuntimeFractionalPercent}).
 *
 * @param runtimeKey key whose runtime value, a percentage, replaces the share; empty for none
 * @param numerator of the share
 * @param denominator 100, 10,000 or 1,000,000
 */
public record RuntimeFraction(String runtimeKey, long numerator, int denominator) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if they are no share
   */
  public RuntimeFraction {
    Checks.atLeast("fraction numerator", numerator, 0);
    if (denominator != 100 && denominator != 10_000 && denominator != 1_000_000) {
      throw new IllegalArgumentException(
          "fraction denominator: " + denominator + " (expected: 100, 10000 or 1000000)");
    }
  }

  /** A share in whole percent. */
  public static RuntimeFraction percent(int percent) {
    return new RuntimeFraction("", percent, 100);
  }
}
