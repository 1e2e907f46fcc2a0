package io.duomesh.governance.lb;

import io.duomesh.governance.route.RequestHead;
import io.duomesh.governance.route.Substitution;
import io.duomesh.traffic.HashPolicy;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A route's hash policies, compiled: what of a request decides its endpoint. Hashes are Envoy's, so
 * that a request meets the same endpoint either way. Immutable; headers that stand once are hashed
 * without allocation.
 *
 * <p>Where a sidecar looks at the connection, an SDK has its own process instead: the source
 * address is the last of {@code x-forwarded-for}, else this machine's; a cookie to be made keeps
 * the calls of a channel together, but is not sent.
 */
public final class RequestHash {
  private static final String CHANNEL_ID = "io.grpc.channel_id";

  private final List<Step> steps;

  private RequestHash(List<Step> steps) {
    this.steps = steps;
  }

  /**
   * Compiles policies.
   *
   * @param policies in order
   * @param localAddress this machine's address, without port; null where it is not known
   * @throws com.google.re2j.PatternSyntaxException if an expression in them is none
   */
  public static RequestHash of(List<HashPolicy> policies, @Nullable String localAddress) {
    return new RequestHash(policies.stream().map(policy -> step(policy, localAddress)).toList());
  }

  /** Whether there is no policy, so that every hash is random. */
  public boolean isEmpty() {
    return steps.isEmpty();
  }

  /**
   * The hash of a request; random where no policy finds anything to hash.
   *
   * @param channel hash of what the request is sent by, the same for all requests of a channel
   */
  public long of(RequestHead head, long channel, RandomGenerator random) {
    long hash = 0;
    boolean found = false;
    for (Step step : steps) {
      String text = step.text.apply(head);
      if (text != null || step.elseChannel) {
        long next = text == null ? channel : step.hash(head, text);
        hash = found ? Long.rotateLeft(hash, 1) ^ next : next;
        found = true;
      }
      if (found && step.terminal) {
        break;
      }
    }
    return found ? hash : random.nextLong();
  }

  private static Step step(HashPolicy policy, @Nullable String localAddress) {
    boolean terminal = policy.terminal();
    if (policy.source() instanceof HashPolicy.Header header) {
      Substitution rewrite = header.rewrite() == null ? null : new Substitution(header.rewrite());
      return new Step(h -> h.header(header.name()), header.name(), rewrite, false, terminal);
    }
    if (policy.source() instanceof HashPolicy.Cookie cookie) {
      return new Step(h -> h.cookie(cookie.name()), null, null, cookie.ttl() != null, terminal);
    }
    if (policy.source() instanceof HashPolicy.QueryParameter query) {
      return new Step(h -> h.queryParameter(query.name()), null, null, false, terminal);
    }
    if (policy.source() instanceof HashPolicy.FilterState state) {
      return new Step(h -> null, null, null, state.key().equals(CHANNEL_ID), terminal);
    }
    return new Step(
        h -> h.forwardedFor() == null ? localAddress : h.forwardedFor(),
        null,
        null,
        false,
        terminal);
  }

  /**
   * One policy.
   *
   * @param text what it hashes, or its first value; null for nothing
   * @param header the header, whose further values count too; null where there is one value
   * @param rewrite of a header's values
   * @param elseChannel whether the channel is hashed where there is no text
   * @param terminal whether it is the last that counts once something was hashed
   */
  private record Step(
      Function<RequestHead, @Nullable String> text,
      @Nullable String header,
      @Nullable Substitution rewrite,
      boolean elseChannel,
      boolean terminal) {

    long hash(RequestHead head, String first) {
      if (header == null || !repeats(head, header)) {
        return XxHash64.hash(rewritten(first), 0);
      }
      long hash = 0;
      for (String value :
          IntStream.range(0, head.size())
              .filter(i -> header.equalsIgnoreCase(head.name(i)))
              .mapToObj(i -> rewritten(head.value(i)))
              .sorted()
              .toList()) {
        hash = XxHash64.hash(value, hash);
      }
      return hash;
    }

    private static boolean repeats(RequestHead head, String header) {
      int count = 0;
      for (int i = 0; i < head.size(); i++) {
        count += header.equalsIgnoreCase(head.name(i)) ? 1 : 0;
      }
      return count > 1;
    }

    private String rewritten(String value) {
      return rewrite == null ? value : rewrite.apply(value);
    }
  }
}
