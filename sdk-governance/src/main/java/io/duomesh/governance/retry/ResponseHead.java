package io.duomesh.governance.retry;

import io.duomesh.Metadata;
import io.duomesh.governance.route.MetadataHead;
import io.duomesh.transport.Outcome;
import org.jspecify.annotations.Nullable;

/** A response put as a request, so that header matchers can look at it. */
record ResponseHead(Outcome outcome) implements MetadataHead {
  @Override
  public String authority() {
    return "";
  }

  @Override
  public String path() {
    return "";
  }

  @Override
  public @Nullable String header(String name) {
    return name.equals(":status") ? Integer.toString(outcome.httpStatus()) : metadata().get(name);
  }

  @Override
  public Metadata metadata() {
    return outcome.trailers();
  }
}
