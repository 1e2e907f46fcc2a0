package io.duomesh.governance.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.CallOptions;
import io.duomesh.ClientCall;
import io.duomesh.ClientInterceptor;
import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.ResponseFlag;
import io.duomesh.ServerCall;
import io.duomesh.ServiceName;
import io.duomesh.Status;
import io.duomesh.governance.lb.Head;
import io.duomesh.governance.route.RouteTable;
import io.duomesh.spi.FilterFactory;
import io.duomesh.traffic.HeaderMutations;
import io.duomesh.traffic.LocalRateLimit;
import io.duomesh.traffic.LocalRateLimit.HostRules;
import io.duomesh.traffic.RateLimitRule;
import io.duomesh.traffic.RuntimeFraction;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LocalRateLimitFilterTest {
  private static final MethodDescriptor METHOD =
      MethodDescriptor.of(
          ServiceName.of("com.acme.Orders"),
          "place",
          MethodDescriptor.Type.UNARY,
          new PayloadShape.Bytes());
  private static final Invocation INVOCATION =
      Invocation.of(METHOD, "orders", Metadata.EMPTY, CallOptions.DEFAULT, Deadline.NONE);
  private static final LocalRateLimit.TokenBucket ONE =
      new LocalRateLimit.TokenBucket(1, 1, Duration.ofSeconds(100));

  private final AtomicInteger passed = new AtomicInteger();
  private final AtomicLong clock = new AtomicLong();

  /** The rest of a chain: counts calls. */
  private ClientCall next(Invocation invocation) {
    passed.incrementAndGet();
    return new FailedCall(Status.OK, Metadata.EMPTY);
  }

  @Test
  void refusedCallEndsOnceWithFlagAndAdvice() {
    ClientInterceptor filter =
        new LocalRateLimiter(LocalRateLimit.of(ONE), "orders/limit", clock::get);
    List<Status> ends = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      ClientCall call = filter.intercept(INVOCATION, this::next);
      call.start(ending(ends));
      call.send(new byte[0]);
      call.halfClose();
      call.request(1);
      call.cancel("no more");
    }
    assertEquals(1, passed.get());
    assertEquals(2, ends.size());
    Status refused = ends.get(1);
    assertEquals(Status.Code.UNAVAILABLE, refused.code());
    assertEquals(Status.Origin.LOCAL, refused.origin());
    assertEquals(ResponseFlag.RL, refused.flag());
    assertTrue(refused.unprocessed());
    assertTrue(refused.message().contains("orders/limit"), refused.message());
    assertTrue(refused.message().contains("raise the limit"), refused.message());
  }

  @Test
  void codeAndHeadersOfRefusalsAreThoseOfTheConfiguration() {
    LocalRateLimit exhausted = limit(429, true);
    FailedCall call =
        (FailedCall)
            new LocalRateLimiter(exhausted, "s", clock::get).intercept(INVOCATION, this::next);
    List<Metadata> trailers = new ArrayList<>();
    List<Status> ends = new ArrayList<>();
    call.start(
        new ClientCall.Listener() {
          @Override
          public void onMessage(@Nullable Object message) {}

          @Override
          public void onClose(Status status, Metadata end) {
            ends.add(status);
            trailers.add(end);
          }
        });
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, ends.get(0).code());
    assertEquals("yes", trailers.get(0).get("x-limited"));
    assertEquals(Status.Code.PERMISSION_DENIED, refusal(limit(403, false)));
    assertEquals(Status.Code.UNAVAILABLE, refusal(limit(200, false)));
    assertEquals(Status.Code.UNAVAILABLE, refusal(limit(503, false)));
  }

  private Status.Code refusal(LocalRateLimit config) {
    return new LocalRateLimiter(config, "s", clock::get).check(null).code();
  }

  private static LocalRateLimit limit(int status, boolean resourceExhausted) {
    RuntimeFraction all = RuntimeFraction.percent(100);
    return new LocalRateLimit(
        new LocalRateLimit.TokenBucket(0, 1, Duration.ofSeconds(1)),
        all,
        all,
        status,
        resourceExhausted,
        0,
        List.of(),
        List.of(),
        true,
        List.of(
            new HeaderMutations.Addition(
                "x-limited", "yes", HeaderMutations.Append.APPEND_IF_EXISTS_OR_ADD, false)));
  }

  @Test
  void limitWithoutFractionsRefusesNothing() {
    LocalRateLimit silent =
        new LocalRateLimit(ONE, null, null, 429, false, 0, List.of(), List.of(), true, List.of());
    ClientInterceptor filter = new LocalRateLimiter(silent, "s", clock::get);
    for (int i = 0; i < 5; i++) {
      filter.intercept(INVOCATION, this::next);
    }
    assertEquals(5, passed.get());
  }

  @Test
  void tokensFlowContinuously() {
    LocalRateLimit.TokenBucket ten = new LocalRateLimit.TokenBucket(1, 10, Duration.ofSeconds(1));
    LocalRateLimiter limiter = new LocalRateLimiter(LocalRateLimit.of(ten), "s", clock::get);
    assertNull(limiter.check(null));
    clock.addAndGet(99_000_000);
    assertNotNull(limiter.check(null));
    clock.addAndGet(1_000_001);
    assertNull(limiter.check(null));
  }

  @Test
  void bucketNeverGivesMoreThanItHasUnderContention() throws Exception {
    LocalRateLimit.TokenBucket thousand =
        new LocalRateLimit.TokenBucket(1000, 1, Duration.ofSeconds(100));
    TokenBucket bucket = new TokenBucket(thousand, 0);
    AtomicInteger taken = new AtomicInteger();
    Thread[] threads = new Thread[4];
    for (int t = 0; t < threads.length; t++) {
      threads[t] =
          new Thread(
              () -> {
                for (int i = 0; i < 1000; i++) {
                  if (bucket.take(0)) {
                    taken.incrementAndGet();
                  }
                }
              });
      threads[t].start();
    }
    for (Thread thread : threads) {
      thread.join(20_000);
    }
    assertEquals(1000, taken.get());
  }

  /** Envoy's {@code vhost-rate-limits-*} and {@code route-include-vh-rate-limits}. */
  @Test
  void rulesOfTheHostCountAsTheLimitOrTheRouteSays() {
    RateLimitRule own =
        new RateLimitRule(0, List.of(new RateLimitRule.GenericKey("generic_key", "route")));
    RateLimitRule hosts =
        new RateLimitRule(0, List.of(new RateLimitRule.GenericKey("generic_key", "host")));
    assertEquals(List.of(own), rules(List.of(own), false, HostRules.OVERRIDE, hosts));
    assertEquals(List.of(hosts), rules(List.of(), false, HostRules.OVERRIDE, hosts));
    assertEquals(List.of(own, hosts), rules(List.of(own), false, HostRules.INCLUDE, hosts));
    assertEquals(List.of(own), rules(List.of(own), false, HostRules.IGNORE, hosts));
    assertEquals(List.of(), rules(List.of(), false, HostRules.IGNORE, hosts));
    assertEquals(List.of(own, hosts), rules(List.of(own), true, HostRules.IGNORE, hosts));
  }

  private static List<RateLimitRule> rules(
      List<RateLimitRule> own, boolean included, HostRules option, RateLimitRule hosts) {
    RouteTable table = LimitedRoutes.table(own, included, hosts);
    return Descriptors.rules(table.route(new Head("h", "/", List.of()), 0), option);
  }

  @Test
  void boundToRoutesItReadsTheirRulesAndSharesItsBuckets() {
    RuntimeFraction all = RuntimeFraction.percent(100);
    LocalRateLimit.Descriptor perUser =
        new LocalRateLimit.Descriptor(List.of(new LocalRateLimit.Entry("user", "a")), ONE);
    LocalRateLimit config =
        new LocalRateLimit(
            null, all, all, 429, false, 0, List.of(perUser), List.of(), true, List.of());
    LocalRateLimiter site = new LocalRateLimiter(config, "s", clock::get);
    RateLimitRule byUser =
        new RateLimitRule(0, List.of(new RateLimitRule.RequestHeader("x-user", "user", false)));
    RouteTable table = LimitedRoutes.table(byUser);
    ClientInterceptor one = site.boundTo(table.route(new Head("h", "/one", List.of()), 0), "c");
    ClientInterceptor two = site.boundTo(table.route(new Head("h", "/two", List.of()), 0), "c");
    Invocation ofUser = INVOCATION.withMetadata("x-user", "a");
    one.intercept(ofUser, this::next);
    two.intercept(ofUser, this::next);
    assertEquals(1, passed.get(), "the second route meets the same bucket");
    site.intercept(ofUser, this::next);
    one.intercept(INVOCATION.withMetadata("x-user", "b"), this::next);
    assertEquals(3, passed.get(), "no rule, no limit; another user, no limit");
  }

  @Test
  void refusedInboundCallIsClosedAndItsMessagesIgnored() {
    LocalRateLimiter limiter = new LocalRateLimiter(LocalRateLimit.of(ONE), "s", clock::get);
    ServerCall.Listener served = message -> {};
    RecordedCall call = new RecordedCall();
    assertSame(served, limiter.intercept(call, started -> served));
    assertNull(call.closed);
    ServerCall.Listener ignoring = limiter.intercept(call, started -> served);
    ignoring.onMessage(new byte[0]);
    ignoring.onHalfClose();
    ignoring.onCancel();
    assertEquals(ResponseFlag.RL, call.closed.flag());
  }

  @Test
  void answersToInboundCallsShowWhoCalls() {
    RuntimeFraction all = RuntimeFraction.percent(100);
    List<HeaderMutations.Addition> shown =
        List.of(
            added("x-caller", "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%"),
            added("x-peer", "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%"));
    LocalRateLimit config =
        new LocalRateLimit(ONE, all, all, 429, false, 0, List.of(), List.of(), true, shown);
    LocalRateLimiter limiter = new LocalRateLimiter(config, "s", clock::get);
    assertNull(limiter.check(null), "the one token");
    RecordedCall direct = new RecordedCall(new InetSocketAddress("10.0.0.9", 4711), Metadata.EMPTY);
    limiter.intercept(direct, started -> message -> {});
    assertEquals("10.0.0.9", direct.trailers.get("x-caller"));
    assertEquals("10.0.0.9", direct.trailers.get("x-peer"));
    RecordedCall forwarded =
        new RecordedCall(
            new InetSocketAddress("10.0.0.9", 4711),
            Metadata.of("x-forwarded-for", "10.9.9.9, 10.0.0.3"));
    limiter.intercept(forwarded, started -> message -> {});
    assertEquals("10.0.0.3", forwarded.trailers.get("x-caller"));
    assertEquals("10.0.0.9", forwarded.trailers.get("x-peer"));
  }

  private static HeaderMutations.Addition added(String name, String format) {
    return new HeaderMutations.Addition(
        name, format, HeaderMutations.Append.OVERWRITE_IF_EXISTS_OR_ADD, false);
  }

  @Test
  void filterIsFoundByItsConfiguration() {
    FilterFactory<?> found =
        ServiceLoader.load(FilterFactory.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(factory -> factory.config() == LocalRateLimit.class)
            .findFirst()
            .orElseThrow();
    assertEquals(LocalRateLimitFilter.class, found.getClass());
    LocalRateLimitFilter filter = new LocalRateLimitFilter();
    FilterFactory.Site site = new FilterFactory.Site("s");
    assertNotNull(filter.client(LocalRateLimit.of(ONE), site));
    assertNotNull(filter.server(LocalRateLimit.of(ONE), site));
  }

  private static ClientCall.Listener ending(List<Status> ends) {
    return new ClientCall.Listener() {
      @Override
      public void onMessage(@Nullable Object message) {}

      @Override
      public void onClose(Status status, Metadata trailers) {
        ends.add(status);
      }
    };
  }

  /** An inbound call that remembers how it was closed. */
  private static final class RecordedCall implements ServerCall {
    private final @Nullable SocketAddress peer;
    private final Metadata metadata;
    private @Nullable Status closed;
    private Metadata trailers = Metadata.EMPTY;

    RecordedCall() {
      this(null, Metadata.EMPTY);
    }

    RecordedCall(@Nullable SocketAddress peer, Metadata metadata) {
      this.peer = peer;
      this.metadata = metadata;
    }

    @Override
    public MethodDescriptor method() {
      return METHOD;
    }

    @Override
    public Metadata metadata() {
      return metadata;
    }

    @Override
    public Deadline deadline() {
      return Deadline.NONE;
    }

    @Override
    public @Nullable SocketAddress peer() {
      return peer;
    }

    @Override
    public String protocol() {
      return "triple";
    }

    @Override
    public void request(int messages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void send(@Nullable Object message) {}

    @Override
    public void close(Status status, Metadata closing) {
      closed = status;
      trailers = closing;
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public boolean isReady() {
      return true;
    }
  }
}
