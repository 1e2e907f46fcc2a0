package io.duomesh.governance.route;

import io.duomesh.Metadata;
import io.duomesh.traffic.BodyFormat;
import io.duomesh.traffic.HeaderMutations;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.VirtualHost;
import io.duomesh.traffic.WeightedCluster;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link RouteChoice} does to requests and responses, made ready. */
final class RouteEffects {
  private static final HeaderMutator[] NO_MUTATORS = {};

  private final HeaderMutator[] requests;
  private final HeaderMutator[] responses;
  private final RouteTimeout timeout;
  private final @Nullable Rewriter rewriter;
  private final @Nullable Redirector redirector;
  private final RouteAction.@Nullable DirectResponse direct;
  private final @Nullable BodyWriter bodyFormat;

  private RouteEffects(
      HeaderMutator[] requests,
      HeaderMutator[] responses,
      RouteTimeout timeout,
      @Nullable Rewriter rewriter,
      @Nullable Redirector redirector,
      RouteAction.@Nullable DirectResponse direct) {
    this.requests = requests;
    this.responses = responses;
    this.timeout = timeout;
    this.rewriter = rewriter;
    this.redirector = redirector;
    this.direct = direct;
    BodyFormat format = direct == null ? null : direct.bodyFormat();
    this.bodyFormat = format == null ? null : new BodyWriter(format);
  }

  /** No route: nothing changes. */
  static RouteEffects none() {
    return new RouteEffects(NO_MUTATORS, NO_MUTATORS, noTimeout(), null, null, null);
  }

  static RouteEffects of(
      List<HeaderMutations> levels,
      VirtualHost host,
      Route route,
      PathCondition path,
      @Nullable WeightedCluster weighted) {
    HeaderMutator[] responses = Levels.responses(levels);
    RouteAction action = route.action();
    if (action instanceof RouteAction.Forward forward) {
      Rewriter rewriter = new Rewriter(forward.rewrites(), route.match().path(), path);
      var retry = forward.retryPolicy() != null ? forward.retryPolicy() : host.retryPolicy();
      Duration perTry = retry == null ? null : retry.perTryTimeout();
      return new RouteEffects(
          Levels.requests(levels, weighted == null ? null : weighted.hostRewriteLiteral()),
          responses,
          new RouteTimeout(forward.timeouts(), perTry),
          rewriter.isEmpty() ? null : rewriter,
          null,
          null);
    }
    Redirector redirector =
        action instanceof RouteAction.Redirect redirect
            ? new Redirector(redirect, route.match().path(), path)
            : null;
    var direct = action instanceof RouteAction.DirectResponse response ? response : null;
    return new RouteEffects(NO_MUTATORS, responses, noTimeout(), null, redirector, direct);
  }

  private static RouteTimeout noTimeout() {
    return new RouteTimeout(RouteAction.Timeouts.of(Duration.ZERO), null);
  }

  RouteTimeout timeout() {
    return timeout;
  }

  boolean changesRequests() {
    return mutatesRequests() || timeout.writesGrpcTimeout();
  }

  boolean mutatesRequests() {
    return requests.length > 0 || rewriter != null;
  }

  RequestHead upstream(RequestHead head, RouteChoice choice) {
    if (!changesRequests()) {
      return head;
    }
    HeaderList changed = new HeaderList(head);
    String grpcTimeout = timeout.grpcTimeout(head);
    if (grpcTimeout != null) {
      changed.set("grpc-timeout", grpcTimeout);
    }
    Format.Context context = new Format.Context(changed, choice, null, 0);
    for (HeaderMutator mutator : requests) {
      mutator.apply(changed, context);
    }
    if (rewriter != null) {
      rewriter.apply(changed, context);
    }
    return changed;
  }

  boolean changesResponses() {
    return responses.length > 0;
  }

  Metadata response(RequestHead head, RouteChoice choice, int status, Metadata headers) {
    if (!changesResponses()) {
      return headers;
    }
    HeaderList changed = new HeaderList(new ResponseHead(head, headers));
    for (HeaderMutator mutator : responses) {
      mutator.apply(changed, new Format.Context(head, choice, changed, status));
    }
    Metadata.Builder result = Metadata.builder();
    for (int i = 0; i < changed.size(); i++) {
      result.add(changed.name(i), changed.value(i));
    }
    return result.build();
  }

  @Nullable String location(RequestHead head, RouteChoice choice) {
    if (redirector != null) {
      return redirector.location(head, choice);
    }
    boolean located = direct != null && (direct.status() == 201 || direct.status() / 100 == 3);
    if (located) {
      return Locations.same(head);
    }
    boolean plaintextRefused = choice.route() == null && choice.action() != null;
    return plaintextRefused ? Locations.https(head) : null;
  }

  @Nullable String body(RequestHead head, RouteChoice choice) {
    if (direct == null) {
      return null;
    }
    return bodyFormat == null
        ? direct.body()
        : bodyFormat.write(new Format.Context(head, choice, null, 0));
  }

  /** Response headers in the clothes of a request. */
  private record ResponseHead(RequestHead request, Metadata metadata) implements MetadataHead {
    @Override
    public String authority() {
      return request.authority();
    }

    @Override
    public String path() {
      return request.path();
    }
  }
}
