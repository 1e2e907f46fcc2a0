package io.duomesh.traffic;

import org.jspecify.annotations.Nullable;

/**
 * What happens to a request's head before routes look at it, as the fields of {@code
 * HttpConnectionManager} say.
 *
 * @param normalizePath whether dot segments are resolved and needless percent signs decoded
 * @param mergeSlashes whether slashes in a row become one
 * @param escapedSlashes what becomes of {@code %2F} and {@code %5C}
 * @param stripPort which port the authority loses
 * @param stripTrailingDot whether the authority's host loses a dot at its end
 * @param scheme replaces the scheme; null to keep it
 */
public record HeadRules(
    boolean normalizePath,
    boolean mergeSlashes,
    EscapedSlashes escapedSlashes,
    StripPort stripPort,
    boolean stripTrailingDot,
    @Nullable String scheme) {
  /** Nothing happens. */
  public static final HeadRules NONE =
      new HeadRules(false, false, EscapedSlashes.KEEP, StripPort.NEVER, false, null);

  /** What becomes of {@code %2F} and {@code %5C} in a path. */
  public enum EscapedSlashes {
    /** They stay. */
    KEEP,
    /** The request is refused with status 400. */
    REJECT,
    /** They are decoded, and the caller is sent to that path. */
    REDIRECT,
    /** They are decoded. */
    FORWARD
  }

  /** Which port an authority loses. */
  public enum StripPort {
    /** None. */
    NEVER,
    /** The listener's own. */
    MATCHING,
    /** Any. */
    ANY
  }
}
