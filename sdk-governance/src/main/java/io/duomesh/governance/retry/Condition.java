package io.duomesh.governance.retry;

import io.duomesh.Status;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's names of what is tried again ({@code x-envoy-retry-on}, {@code x-envoy-retry-grpc-on}).
 */
enum Condition {
  SERVER_ERROR("5xx"),
  GATEWAY_ERROR("gateway-error"),
  RESET("reset"),
  RESET_BEFORE_REQUEST("reset-before-request"),
  CONNECT_FAILURE("connect-failure"),
  REFUSED_STREAM("refused-stream"),
  RETRIABLE_4XX("retriable-4xx"),
  RATE_LIMITED("envoy-ratelimited"),
  STATUS_CODES("retriable-status-codes"),
  HEADERS("retriable-headers"),
  CANCELLED("cancelled", Status.Code.CANCELLED),
  DEADLINE_EXCEEDED("deadline-exceeded", Status.Code.DEADLINE_EXCEEDED),
  RESOURCE_EXHAUSTED("resource-exhausted", Status.Code.RESOURCE_EXHAUSTED),
  INTERNAL("internal", Status.Code.INTERNAL),
  UNAVAILABLE("unavailable", Status.Code.UNAVAILABLE);

  private final String text;
  private final Status.@Nullable Code code;

  Condition(String text) {
    this(text, null);
  }

  Condition(String text, Status.@Nullable Code code) {
    this.text = text;
    this.code = code;
  }

  /** The gRPC code of responses that it stands for; null for others. */
  Status.@Nullable Code code() {
    return code;
  }

  /** The conditions of names; unknown names are left out, case counts, blanks around do not. */
  static Set<Condition> of(Set<String> names) {
    Set<Condition> conditions = EnumSet.noneOf(Condition.class);
    for (String name : names) {
      for (Condition condition : values()) {
        if (condition.text.equals(name.strip())) {
          conditions.add(condition);
        }
      }
    }
    return conditions;
  }
}
