package io.duomesh;

/**
 * Why a call failed on its way, in the short codes of Envoy's access log (config.core access log
 * documentation, "RESPONSE_FLAGS"), so that logs of in-process applications and of sidecars read
 * alike.
 */
public enum ResponseFlag {
  /** No route matched the request. */
  NR,
  /** The route's cluster is not known. */
  NC,
  /** The cluster has no endpoint that may be used. */
  UH,
  /** A connection to the endpoint could not be made. */
  UF,
  /** The connection was closed before the response. */
  UC,
  /** The endpoint reset the stream. */
  UR,
  /** A circuit breaker's threshold was reached. */
  UO,
  /** A route's, try's or caller's time was used up. */
  UT,
  /** All permitted retries were used up. */
  URX,
  /** A rate limit refused the call. */
  RL,
  /** A fault was injected. */
  FI,
  /** The response could not be understood. */
  UPE,
  /** The call was dropped by the load assignment's drop policy. */
  DO,
  /** The caller cancelled or went away. */
  DC
}
