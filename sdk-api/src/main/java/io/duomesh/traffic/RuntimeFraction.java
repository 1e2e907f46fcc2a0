package io.duomesh.traffic;

/**
 * A share of requests ({@code config.core.v3.RuntimeFractionalPercent}).
 *
 * @param runtimeKey key whose runtime value, a percentage, replaces the share; empty for none
 * @param numerator of the share
 * @param denominator 100, 10,000 or 1,000,000
 */
public record RuntimeFraction(String runtimeKey, long numerator, int denominator) {
  /** A share in whole percent. */
  public static RuntimeFraction percent(int percent) {
    return new RuntimeFraction("", percent, 100);
  }
}
