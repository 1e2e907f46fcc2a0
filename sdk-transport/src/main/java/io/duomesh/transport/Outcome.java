package io.duomesh.transport;

import io.duomesh.Metadata;
import io.duomesh.Status;

/**
 * How a stream ended, with what retry policies and outlier detection need beyond the status.
 *
 * @param status the status
 * @param trailers trailers, or what stands for them
 * @param httpStatus HTTP status of the response, or the one that a Bolt status stands for; 0 for
 *     none
 * @param trailersOnly whether the response was trailers alone
 * @param headersSeen whether response headers had come
 */
public record Outcome(
    Status status, Metadata trailers, int httpStatus, boolean trailersOnly, boolean headersSeen) {
  /** A response without trailers. */
  public static final Outcome OK = new Outcome(Status.OK, Metadata.EMPTY, 200, false, true);

  /** An end without any response. */
  public static Outcome of(Status status) {
    return new Outcome(status, Metadata.EMPTY, 0, false, false);
  }
}
