package io.duomesh;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended: one of gRPC's 17 codes, who said so, and whether the request is known not to
 * have been processed. Immutable; changes give a new value. Never thrown: at the edge it becomes an
 * {@link RpcException}.
 */
public final class Status {
  /** The codes of gRPC, with its numbers (ordinal = number on the wire). */
  public enum Code {
    OK,
    CANCELLED,
    UNKNOWN,
    INVALID_ARGUMENT,
    DEADLINE_EXCEEDED,
    NOT_FOUND,
    ALREADY_EXISTS,
    PERMISSION_DENIED,
    RESOURCE_EXHAUSTED,
    FAILED_PRECONDITION,
    ABORTED,
    OUT_OF_RANGE,
    UNIMPLEMENTED,
    INTERNAL,
    UNAVAILABLE,
    DATA_LOSS,
    UNAUTHENTICATED;

    private static final Code[] BY_NUMBER = values();

    /** The number on the wire, 0–16. */
    @SuppressWarnings("EnumOrdinal") // declared in the order of their numbers
    public int number() {
      return ordinal();
    }

    /** The code of a number; {@link #UNKNOWN} for numbers that gRPC does not define. */
    public static Code of(int number) {
      return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : UNKNOWN;
    }
  }

  /** Who decided the outcome. */
  public enum Origin {
    /** This process, before anything was sent: no route, a limit, no endpoint. */
    LOCAL,
    /** The connection: refused, closed, reset, timed out. */
    TRANSPORT,
    /** The peer's framework or a proxy on the way. */
    REMOTE,
    /** The service's own code: its exceptions. */
    APPLICATION
  }

  /** Success. */
  public static final Status OK = new Status(Code.OK, Origin.REMOTE, null, false, "", null, null);

  private final Code code;
  private final Origin origin;
  private final @Nullable ResponseFlag flag;
  private final boolean unprocessed;
  private final String message;
  private final @Nullable Throwable cause;
  private final @Nullable StageCounts stages;

  private Status(
      Code code,
      Origin origin,
      @Nullable ResponseFlag flag,
      boolean unprocessed,
      String message,
      @Nullable Throwable cause,
      @Nullable StageCounts stages) {
    this.code = code;
    this.origin = origin;
    this.flag = flag;
    this.unprocessed = unprocessed;
    this.message = message;
    this.cause = cause;
    this.stages = stages;
  }

  /** A failure that this process decided before anything was sent: unprocessed. */
  public static Status local(Code code, String message) {
    return new Status(code, Origin.LOCAL, null, true, message, null, null);
  }

  /** A failure of the connection; processed or not is not known. */
  public static Status transport(Code code, String message) {
    return new Status(code, Origin.TRANSPORT, null, false, message, null, null);
  }

  /** A failure that the peer's framework reported. */
  public static Status remote(Code code, String message) {
    return new Status(code, Origin.REMOTE, null, false, message, null, null);
  }

  /** An exception of the service's own code; the code is {@link Code#UNKNOWN}, as in gRPC. */
  public static Status application(Throwable cause) {
    String message = Objects.toString(cause.getMessage(), cause.getClass().getName());
    return new Status(Code.UNKNOWN, Origin.APPLICATION, null, false, message, cause, null);
  }

  /** The status that an exception carries; {@link #application} for others. */
  public static Status of(Throwable thrown) {
    return thrown instanceof RpcException e ? e.status() : application(thrown);
  }

  /** The code. */
  public Code code() {
    return code;
  }

  /** Who decided. */
  public Origin origin() {
    return origin;
  }

  /** Why the call failed on its way; null where it did not. */
  public @Nullable ResponseFlag flag() {
    return flag;
  }

  /** Whether the request was certainly not processed, so that trying again is safe. */
  public boolean unprocessed() {
    return unprocessed;
  }

  /** What happened, for a person; may be empty. */
  public String message() {
    return message;
  }

  /** The exception behind the status, if it is known here. */
  public @Nullable Throwable cause() {
    return cause;
  }

  /** The stages of choosing an endpoint, where that is what failed. */
  public @Nullable StageCounts stages() {
    return stages;
  }

  /** Whether the code is {@link Code#OK}. */
  public boolean isOk() {
    return code == Code.OK;
  }

  /** This status with another code. */
  public Status withCode(Code newCode) {
    return new Status(newCode, origin, flag, unprocessed, message, cause, stages);
  }

  /** This status with another origin. */
  public Status withOrigin(Origin newOrigin) {
    return new Status(code, newOrigin, flag, unprocessed, message, cause, stages);
  }

  /** This status with a response flag. */
  public Status withFlag(@Nullable ResponseFlag newFlag) {
    return new Status(code, origin, newFlag, unprocessed, message, cause, stages);
  }

  /** This status, known to be unprocessed or not. */
  public Status withUnprocessed(boolean isUnprocessed) {
    return new Status(code, origin, flag, isUnprocessed, message, cause, stages);
  }

  /** This status with another message. */
  public Status withMessage(String newMessage) {
    return new Status(code, origin, flag, unprocessed, newMessage, cause, stages);
  }

  /** This status with the exception behind it. */
  public Status withCause(@Nullable Throwable newCause) {
    return new Status(code, origin, flag, unprocessed, message, newCause, stages);
  }

  /** This status with the stages of choosing an endpoint. */
  public Status withStages(StageCounts newStages) {
    return new Status(code, origin, flag, unprocessed, message, cause, newStages);
  }

  /** Code, origin, flag and message, as they stand in exception messages and logs. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(code.name()).append(" (").append(origin);
    if (flag != null) {
      text.append(", ").append(flag);
    }
    if (unprocessed) {
      text.append(", unprocessed");
    }
    text.append(')');
    if (!message.isEmpty()) {
      text.append(": ").append(message);
    }
    if (stages != null) {
      text.append(" [").append(stages).append(']');
    }
    return text.toString();
  }
}
