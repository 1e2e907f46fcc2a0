package io.duomesh.transport.bolt;

import io.duomesh.Status;
import io.duomesh.Status.Code;

/**
 * The two tables between Bolt's response statuses (SOFABolt's {@code ResponseStatus}; mind the gap
 * from 9 to 16) and ours, and the HTTP status that each stands for in retry policies and outlier
 * detection (MOSN's mapping).
 */
final class BoltStatus {
  static final int SUCCESS = 0;
  static final int ERROR = 1;
  static final int SERVER_EXCEPTION = 2;
  static final int UNKNOWN = 3;
  static final int SERVER_THREADPOOL_BUSY = 4;
  static final int ERROR_COMM = 5;
  static final int NO_PROCESSOR = 6;
  static final int TIMEOUT = 7;
  static final int CLIENT_SEND_ERROR = 8;
  static final int CODEC_EXCEPTION = 9;
  static final int CONNECTION_CLOSED = 16;
  static final int SERVER_SERIAL_EXCEPTION = 17;
  static final int SERVER_DESERIAL_EXCEPTION = 18;

  private BoltStatus() {}

  /** Whether Bolt has such a status. */
  static boolean isKnown(int bolt) {
    return bolt >= SUCCESS && bolt <= CODEC_EXCEPTION
        || bolt >= CONNECTION_CLOSED && bolt <= SERVER_DESERIAL_EXCEPTION;
  }

  /** What a response's status means to a caller. */
  static Status toStatus(int bolt, String message) {
    return switch (bolt) {
      case SUCCESS -> Status.OK;
      case SERVER_EXCEPTION, CODEC_EXCEPTION, SERVER_SERIAL_EXCEPTION ->
          Status.remote(Code.INTERNAL, message);
      // MOSN's word for an upstream that closed in the middle of a call: perhaps processed
      case UNKNOWN -> Status.remote(Code.UNAVAILABLE, message);
      case SERVER_THREADPOOL_BUSY ->
          Status.remote(Code.RESOURCE_EXHAUSTED, message).withUnprocessed(true);
      // MOSN's word for no route, no host, connection refused
      case NO_PROCESSOR -> Status.remote(Code.UNAVAILABLE, message).withUnprocessed(true);
      case TIMEOUT -> Status.remote(Code.DEADLINE_EXCEEDED, message);
      case ERROR_COMM, CONNECTION_CLOSED -> Status.transport(Code.UNAVAILABLE, message);
      case CLIENT_SEND_ERROR -> Status.transport(Code.UNAVAILABLE, message).withUnprocessed(true);
      case SERVER_DESERIAL_EXCEPTION -> Status.remote(Code.INVALID_ARGUMENT, message);
      default -> Status.remote(Code.UNKNOWN, message);
    };
  }

  /** The HTTP status that a response's status stands for. */
  static int httpStatus(int bolt) {
    return switch (bolt) {
      case SUCCESS -> 200;
      case CODEC_EXCEPTION, SERVER_DESERIAL_EXCEPTION -> 400;
      case NO_PROCESSOR -> 404;
      case ERROR_COMM, CONNECTION_CLOSED -> 502;
      case SERVER_THREADPOOL_BUSY -> 503;
      case TIMEOUT -> 504;
      default -> 500;
    };
  }

  /**
   * What a server's status is on the wire; {@link #SUCCESS} where the status goes into the content,
   * as SOFARPC's callers expect of everything that is not named here.
   */
  static int of(Status status) {
    return switch (status.code()) {
      case RESOURCE_EXHAUSTED, UNAVAILABLE ->
          status.unprocessed() ? SERVER_THREADPOOL_BUSY : SUCCESS;
      case DEADLINE_EXCEEDED -> TIMEOUT;
      case INVALID_ARGUMENT ->
          status.origin() == Status.Origin.APPLICATION ? SUCCESS : SERVER_DESERIAL_EXCEPTION;
      case INTERNAL -> status.origin() == Status.Origin.APPLICATION ? SUCCESS : SERVER_EXCEPTION;
      default -> SUCCESS;
    };
  }

  /** What a response says that has nothing but its status. */
  static String text(int bolt) {
    return bolt == SERVER_THREADPOOL_BUSY
        ? "the server is busy, no thread is free for the call (SERVER_THREADPOOL_BUSY)"
        : "the peer answered " + name(bolt);
  }

  /** The name of a response's status, for messages. */
  static String name(int bolt) {
    return switch (bolt) {
      case SUCCESS -> "SUCCESS";
      case ERROR -> "ERROR";
      case SERVER_EXCEPTION -> "SERVER_EXCEPTION";
      case UNKNOWN -> "UNKNOWN";
      case SERVER_THREADPOOL_BUSY -> "SERVER_THREADPOOL_BUSY";
      case ERROR_COMM -> "ERROR_COMM";
      case NO_PROCESSOR -> "NO_PROCESSOR";
      case TIMEOUT -> "TIMEOUT";
      case CLIENT_SEND_ERROR -> "CLIENT_SEND_ERROR";
      case CODEC_EXCEPTION -> "CODEC_EXCEPTION";
      case CONNECTION_CLOSED -> "CONNECTION_CLOSED";
      case SERVER_SERIAL_EXCEPTION -> "SERVER_SERIAL_EXCEPTION";
      case SERVER_DESERIAL_EXCEPTION -> "SERVER_DESERIAL_EXCEPTION";
      default -> "status " + bolt;
    };
  }
}
