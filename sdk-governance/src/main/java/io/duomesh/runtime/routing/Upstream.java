package io.duomesh.runtime.routing;

import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.governance.route.InvocationHead;
import io.duomesh.governance.route.RequestHead;
import io.duomesh.governance.route.RouteChoice;

/** A call as its route lets it go on: other headers, another path, another authority. */
final class Upstream {
  private Upstream() {}

  static Invocation of(Invocation invocation, RouteChoice choice, RequestHead head) {
    RequestHead changed = choice.upstream(head);
    Metadata.Builder metadata = Metadata.builder();
    for (int i = 0; i < changed.size(); i++) {
      if (!InvocationHead.isAdded(changed.name(i))) {
        metadata.add(changed.name(i), changed.value(i));
      }
    }
    return invocation
        .withMetadata(metadata.build())
        .withPath(changed.path())
        .withAuthority(changed.authority());
  }
}
