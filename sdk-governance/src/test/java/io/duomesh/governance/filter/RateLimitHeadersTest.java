package io.duomesh.governance.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.duomesh.CallOptions;
import io.duomesh.ClientCall;
import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.ServiceName;
import io.duomesh.Status;
import io.duomesh.traffic.HeaderMutations;
import io.duomesh.traffic.HeaderMutations.Append;
import io.duomesh.traffic.LocalRateLimit;
import io.duomesh.traffic.LocalRateLimit.TokenBucket;
import io.duomesh.traffic.RateLimitRule;
import io.duomesh.traffic.RuntimeFraction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What answers tell of limits; every expectation is what an Envoy 1.40 answered. */
class RateLimitHeadersTest {
  private static final TokenBucket TWO = new TokenBucket(2, 1, Duration.ofSeconds(10));
  private static final TokenBucket FIVE = new TokenBucket(5, 2, Duration.ofSeconds(4));

  private static LocalRateLimiter limiter(
      int enforced,
      List<LocalRateLimit.Descriptor> descriptors,
      boolean alwaysDefault,
      List<HeaderMutations.Addition> headers,
      boolean told) {
    List<RateLimitRule> rules =
        List.of(new RateLimitRule(0, List.of(new RateLimitRule.GenericKey("k", "v"))));
    return new LocalRateLimiter(
        new LocalRateLimit(
            TWO,
            RuntimeFraction.percent(100),
            RuntimeFraction.percent(enforced),
            429,
            false,
            0,
            descriptors,
            descriptors.isEmpty() ? List.of() : rules,
            alwaysDefault,
            headers,
            LocalRateLimit.HostRules.OVERRIDE,
            told),
        "site",
        () -> 0);
  }

  private static List<LocalRateLimit.Descriptor> five() {
    return List.of(
        new LocalRateLimit.Descriptor(List.of(new LocalRateLimit.Entry("k", "v")), FIVE));
  }

  /** The headers of a call's answer, those of a refusal marked. */
  private static String call(LocalRateLimiter limiter) {
    MethodDescriptor method =
        MethodDescriptor.of(
            ServiceName.of("s"), "m", MethodDescriptor.Type.UNARY, new PayloadShape.Bytes());
    Invocation invocation =
        Invocation.of(method, "h", Metadata.EMPTY, CallOptions.DEFAULT, Deadline.NONE);
    StringBuilder heard = new StringBuilder();
    limiter
        .intercept(invocation, passed -> FailedCall.of(Status.OK))
        .start(
            new ClientCall.Listener() {
              @Override
              public void onMessage(@Nullable Object message) {}

              @Override
              public void onClose(Status status, Metadata trailers) {
                heard.append(status.isOk() ? "" : "refused");
                for (int i = 0; i < trailers.size(); i++) {
                  String name = trailers.name(i).replace("x-ratelimit-", "");
                  heard.append(' ').append(name).append('=').append(trailers.value(i));
                }
              }
            });
    return heard.toString().strip();
  }

  private static List<String> calls(int count, LocalRateLimiter limiter) {
    List<String> heard = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      heard.add(call(limiter));
    }
    return heard;
  }

  @Test
  void answersTellOfTheBucketThatDecided() {
    assertEquals(
        List.of(
            "limit=2 remaining=1 reset=0",
            "limit=2 remaining=0 reset=10",
            "refused limit=2 remaining=0 reset=10"),
        calls(3, limiter(100, List.of(), true, List.of(), true)));
  }

  @Test
  void matchedDescriptorIsTheOneThatIsToldOfUnlessAnotherRefuses() {
    assertEquals(
        List.of(
            "limit=5 remaining=4 reset=0",
            "limit=5 remaining=3 reset=0",
            "refused limit=2 remaining=0 reset=10",
            "refused limit=2 remaining=0 reset=10",
            "refused limit=2 remaining=0 reset=10",
            "refused limit=5 remaining=0 reset=2"),
        calls(6, limiter(100, five(), true, List.of(), true)));
    assertEquals(
        List.of(
            "limit=5 remaining=4 reset=0",
            "limit=5 remaining=3 reset=0",
            "limit=5 remaining=2 reset=0",
            "limit=5 remaining=1 reset=0",
            "limit=5 remaining=0 reset=2",
            "refused limit=5 remaining=0 reset=2"),
        calls(6, limiter(100, five(), false, List.of(), true)));
  }

  @Test
  void limitThatIsNotEnforcedTellsAllTheSame() {
    assertEquals(
        List.of(
            "limit=2 remaining=1 reset=0",
            "limit=2 remaining=0 reset=10",
            "limit=2 remaining=0 reset=10"),
        calls(3, limiter(0, List.of(), true, List.of(), true)));
  }

  @Test
  void addedHeadersAreFormatsAndOverwriteEachOther() {
    List<HeaderMutations.Addition> added =
        List.of(
            new HeaderMutations.Addition(
                "x-code", "%RESPONSE_CODE%", Append.APPEND_IF_EXISTS_OR_ADD, false),
            new HeaderMutations.Addition(
                "x-path", "%REQ(:path)%", Append.APPEND_IF_EXISTS_OR_ADD, false),
            new HeaderMutations.Addition("x-two", "1", Append.APPEND_IF_EXISTS_OR_ADD, false),
            new HeaderMutations.Addition("x-two", "2", Append.APPEND_IF_EXISTS_OR_ADD, false),
            new HeaderMutations.Addition("x-ow", "1", Append.OVERWRITE_IF_EXISTS_OR_ADD, false),
            new HeaderMutations.Addition("x-ow", "2", Append.OVERWRITE_IF_EXISTS_OR_ADD, false),
            new HeaderMutations.Addition("x-pct", "100%%", Append.APPEND_IF_EXISTS_OR_ADD, false));
    assertEquals(
        List.of("", "", "refused x-ow=2 x-code=0 x-path=/s/m x-two=1 x-two=2 x-pct=100%"),
        calls(3, limiter(100, List.of(), true, added, false)));
  }
}
