package io.duomesh.runtime.routing;

import io.duomesh.Invocation;
import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.governance.route.RequestHead;
import io.duomesh.governance.route.RouteChoice;
import io.duomesh.traffic.RouteAction;
import java.util.Objects;

/**
 * What a caller gets where a route answers instead of a service, in the codes that Envoy gives to
 * gRPC callers: 400 is 13, 401 is 16, 403 is 7, 404 is 12, 429, 502, 503 and 504 are 14, all else
 * 2.
 */
final class LocalReplies {
  private LocalReplies() {}

  static Status of(RouteChoice choice, RequestHead head, Invocation invocation) {
    return of(choice, head, invocation.toString());
  }

  static Status of(RouteChoice choice, RequestHead head, String call) {
    if (choice.action() instanceof RouteAction.Forward forward) {
      return noCluster(choice, head, call, forward);
    }
    if (choice.action() instanceof RouteAction.DirectResponse direct) {
      String body = Objects.requireNonNullElse(choice.body(head), "");
      return Status.local(
          code(direct.status()),
          body.isEmpty() ? call + ": " + where(choice) + " answers " + direct.status() : body);
    }
    if (choice.action() instanceof RouteAction.Redirect redirect) {
      return Status.local(
          code(redirect.status()),
          call + ": " + where(choice) + " redirects to " + choice.location(head));
    }
    if (choice.action() instanceof RouteAction.NonForwarding) {
      return Status.local(
          Status.Code.UNAVAILABLE, call + ": " + where(choice) + " is for servers only");
    }
    return Status.local(
            Status.Code.UNIMPLEMENTED,
            call
                + ": no route matches "
                + head.path()
                + (choice.virtualHost() == null
                    ? "; no virtual host has the authority " + head.authority()
                    : " in virtual host " + choice.virtualHost().name()))
        .withFlag(ResponseFlag.NR);
  }

  static Status noCluster(
      RouteChoice choice, RequestHead head, Invocation invocation, RouteAction.Forward forward) {
    return noCluster(choice, head, invocation.toString(), forward);
  }

  private static Status noCluster(
      RouteChoice choice, RequestHead head, String call, RouteAction.Forward forward) {
    String name = choice.cluster(head);
    return Status.local(
            code(forward.clusterNotFoundStatus()),
            call
                + ": "
                + where(choice)
                + (name == null
                    ? " takes the cluster from a header that the call does not have"
                    : " goes to cluster " + name + ", which the configuration does not have"))
        .withFlag(ResponseFlag.NC);
  }

  private static String where(RouteChoice choice) {
    return "route " + choice;
  }

  private static Status.Code code(int httpStatus) {
    return switch (httpStatus) {
      case 200 -> Status.Code.UNKNOWN; // an answer, but no response that a caller could use
      case 400 -> Status.Code.INTERNAL;
      case 401 -> Status.Code.UNAUTHENTICATED;
      case 403 -> Status.Code.PERMISSION_DENIED;
      case 404 -> Status.Code.UNIMPLEMENTED;
      case 429, 502, 503, 504 -> Status.Code.UNAVAILABLE;
      default -> Status.Code.UNKNOWN;
    };
  }
}
