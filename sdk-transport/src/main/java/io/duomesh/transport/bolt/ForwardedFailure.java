package io.duomesh.transport.bolt;

import io.duomesh.transport.BoltMessage;

/**
 * A response of another status than success, kept as it came, so that a proxy's caller gets what
 * the server said. The cause of the status that it stands for.
 */
final class ForwardedFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient BoltMessage message;
  private final int status;

  ForwardedFailure(BoltMessage message, int status) {
    super(BoltStatus.name(status), null, false, false);
    this.message = message;
    this.status = status;
  }

  BoltMessage response() {
    return message;
  }

  int status() {
    return status;
  }
}
