package io.duomesh;

import java.io.Serial;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call that failed, as a caller sees it. A service's own exception that can be rebuilt on this
 * side is thrown as itself instead.
 *
 * <p>A service method may throw one to end its call with a chosen status.
 */
public final class RpcException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient Status status;
  private final transient Metadata trailers;
  private final @Nullable String remoteType;
  private final transient Map<String, Object> remoteFields;

  /** An exception of a status without trailers. */
  public RpcException(Status status) {
    this(status, Metadata.EMPTY);
  }

  /** An exception of a status and the trailers that came with it. */
  public RpcException(Status status, Metadata trailers) {
    this(status, trailers, null, Map.of());
  }

  /**
   * An exception that stands for one whose class cannot be rebuilt on this side.
   *
   * @param remoteType its class name on the peer
   * @param remoteFields its fields, as far as they could be read
   */
  public RpcException(
      Status status,
      Metadata trailers,
      @Nullable String remoteType,
      Map<String, Object> remoteFields) {
    super(status.toString(), status.cause());
    this.status = status;
    this.trailers = trailers;
    this.remoteType = remoteType;
    this.remoteFields = Map.copyOf(remoteFields);
  }

  /** How the call ended. */
  public Status status() {
    return status;
  }

  /** The trailers, empty where none came. */
  public Metadata trailers() {
    return trailers;
  }

  /** The class name of the exception on the peer, where this one stands for it. */
  public @Nullable String remoteType() {
    return remoteType;
  }

  /** The readable fields of the exception on the peer; empty where none were read. */
  public Map<String, Object> remoteFields() {
    return remoteFields;
  }
}
