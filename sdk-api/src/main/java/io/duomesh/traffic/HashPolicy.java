package io.duomesh.traffic;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What hash-based balancing hashes ({@code config.route.v3.RouteAction.HashPolicy}).
 *
 * @param source where the value comes from
 * @param terminal whether later policies are skipped once something was hashed
 */
public record HashPolicy(Source source, boolean terminal) {

  /** Where a hashed value comes from. */
  public sealed interface Source {}

  /**
   * A request header, all its values sorted.
   *
   * @param name the header
   * @param rewrite applied to each value first; null for none
   */
  public record Header(String name, Rewrites.@Nullable RegexRewrite rewrite) implements Source {}

  /**
   * A cookie.
   *
   * @param name the cookie
   * @param ttl life of one that is made where there is none; null: it is not made
   * @param path its path; may be empty
   */
  public record Cookie(String name, @Nullable Duration ttl, String path) implements Source {}

  /** The caller's address. */
  public record SourceIp() implements Source {}

  /** The first value of a query parameter. */
  public record QueryParameter(String name) implements Source {}

  /** A state of the process; {@code io.grpc.channel_id} gives each channel a hash of its own. */
  public record FilterState(String key) implements Source {}

  /** Hashes a header. */
  public static HashPolicy header(String name) {
    return new HashPolicy(new Header(name, null), false);
  }
}
