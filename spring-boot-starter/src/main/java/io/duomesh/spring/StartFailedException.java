package io.duomesh.spring;

import java.io.Serial;
import java.net.BindException;

/** Why the runtime could not be set up, with what to do about it. */
final class StartFailedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final String action;

  private StartFailedException(String message, String action, Throwable cause) {
    super(message, cause);
    this.action = action;
  }

  private StartFailedException(String message, String action) {
    super(message);
    this.action = action;
  }

  /** What the reader can do. */
  String action() {
    return action;
  }

  static StartFailedException settings(RuntimeException cause) {
    return new StartFailedException(
        "Duomesh cannot be set up: " + cause.getMessage(),
        "Correct the setting where it is made: application.yml, a system property or the"
            + " environment.",
        cause);
  }

  static StartFailedException client(Class<?> type, String target, RuntimeException cause) {
    return new StartFailedException(
        "No client of %s for target %s: %s".formatted(type.getName(), target, cause.getMessage()),
        "Correct the target or the interface. Targets with the scheme xds need"
            + " duomesh.xds.server or duomesh.xds.bootstrap.",
        cause);
  }

  static StartFailedException service(String bean, String why) {
    return new StartFailedException(
        "The bean " + bean + " cannot be offered as an RPC service: " + why,
        "Correct its @RpcService annotation.");
  }

  static StartFailedException service(RpcServices.Offer offer, RuntimeException cause) {
    return isPortTaken(cause)
        ? server(cause)
        : new StartFailedException(
            "%s cannot be offered as an RPC service: %s"
                .formatted(offer.type().getName(), cause.getMessage()),
            "Correct the service or its @RpcService annotation.",
            cause);
  }

  static StartFailedException server(RuntimeException cause) {
    return new StartFailedException(
        "The RPC server cannot open its port: " + cause.getMessage(),
        "Stop whoever has the port, or set duomesh.server.port (0 takes any free one).",
        cause);
  }

  static StartFailedException configuration(RuntimeException cause) {
    if (cause.getCause() != null) { // what was given cannot be used: no control plane would help
      return new StartFailedException(
          "Duomesh cannot route calls: " + cause.getMessage(),
          "Correct the TrafficSnapshot bean.",
          cause);
    }
    return new StartFailedException(
        "Duomesh has no configuration to route calls by: " + cause.getMessage(),
        "Check duomesh.xds.server (or duomesh.xds.bootstrap) and that the control plane answers,"
            + " or set duomesh.startup=wait to start without it, not ready.",
        cause);
  }

  private static boolean isPortTaken(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return true;
      }
    }
    return false;
  }
}
