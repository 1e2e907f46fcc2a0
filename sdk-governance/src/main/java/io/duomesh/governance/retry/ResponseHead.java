package io.duomesh.governance.retry;

import io.duomesh.Metadata;
import io.duomesh.governance.route.RequestHead;
import io.duomesh.transport.Outcome;
import org.jspecify.annotations.Nullable;

/** A response put as a request, so that header matchers can look at it. */
record ResponseHead(Outcome outcome) implements RequestHead {
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
    return name.equals(":status") ? Integer.toString(outcome.httpStatus()) : trailers().get(name);
  }

  @Override
  public int size() {
    return trailers().size();
  }

  @Override
  public String name(int index) {
    return trailers().name(index);
  }

  @Override
  public String value(int index) {
    return trailers().value(index);
  }

  private Metadata trailers() {
    return outcome.trailers();
  }
}
