package io.duomesh.transport.bolt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.Status.Origin;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoltStatusTest {
  @ParameterizedTest
  @CsvSource({
    "0,  OK,                 REMOTE,    false, 200",
    "1,  UNKNOWN,            REMOTE,    false, 500",
    "2,  INTERNAL,           REMOTE,    false, 500",
    "3,  UNAVAILABLE,        REMOTE,    false, 500",
    "4,  RESOURCE_EXHAUSTED, REMOTE,    true,  503",
    "5,  UNAVAILABLE,        TRANSPORT, false, 502",
    "6,  UNAVAILABLE,        REMOTE,    true,  404",
    "7,  DEADLINE_EXCEEDED,  REMOTE,    false, 504",
    "8,  UNAVAILABLE,        TRANSPORT, true,  500",
    "9,  INTERNAL,           REMOTE,    false, 400",
    "16, UNAVAILABLE,        TRANSPORT, false, 502",
    "17, INTERNAL,           REMOTE,    false, 500",
    "18, INVALID_ARGUMENT,   REMOTE,    false, 400",
    "99, UNKNOWN,            REMOTE,    false, 500",
  })
  void responseStatusMeans(int bolt, Code code, Origin origin, boolean unprocessed, int http) {
    Status status = BoltStatus.toStatus(bolt, "why");
    assertEquals(code, status.code());
    assertEquals(origin, status.origin());
    assertEquals(unprocessed, status.unprocessed());
    assertEquals(http, BoltStatus.httpStatus(bolt));
  }

  @ParameterizedTest
  @CsvSource({
    "CANCELLED,           0",
    "UNKNOWN,             0",
    "INVALID_ARGUMENT,    18",
    "DEADLINE_EXCEEDED,   7",
    "NOT_FOUND,           0",
    "ALREADY_EXISTS,      0",
    "PERMISSION_DENIED,   0",
    "RESOURCE_EXHAUSTED,  0",
    "FAILED_PRECONDITION, 0",
    "ABORTED,             0",
    "OUT_OF_RANGE,        0",
    "UNIMPLEMENTED,       0",
    "INTERNAL,            2",
    "UNAVAILABLE,         0",
    "DATA_LOSS,           0",
    "UNAUTHENTICATED,     0",
  })
  void serverStatusIsSentAs(Code code, int bolt) {
    assertEquals(bolt, BoltStatus.of(Status.remote(code, "why")));
  }

  @Test
  void refusalBeforeProcessingIsBusy() {
    for (Code code : new Code[] {Code.RESOURCE_EXHAUSTED, Code.UNAVAILABLE}) {
      assertEquals(4, BoltStatus.of(Status.remote(code, "full").withUnprocessed(true)));
    }
  }

  @Test
  void codeThatBoltHasNoStatusForStandsInAHeader() {
    BoltFrame json =
        new BoltFrame(
            (byte) 1, (byte) 1, (byte) 1, (byte) 1, 7, (byte) 12, (byte) 0, 0, (short) 0, (short) 0,
            0, null);
    Status unknown = Status.remote(Code.UNIMPLEMENTED, "no such service").withUnprocessed(true);
    assertEquals(List.of(18, true), reply(json, unknown, "duomesh_status\0\0\0\00212"));
    Status unreadable = Status.remote(Code.INVALID_ARGUMENT, "what?");
    assertEquals(List.of(18, false), reply(json, unreadable, "duomesh_status"));
  }

  /** A reply's status, and whether it has a text. */
  private static List<Object> reply(BoltFrame request, Status status, String text) {
    ByteBuf out = Replies.error(request, status);
    try {
      return List.of(
          (int) out.getShort(10), out.toString(StandardCharsets.ISO_8859_1).contains(text));
    } finally {
      out.release();
    }
  }

  @Test
  void statusThatTheServiceChoseGoesIntoTheContent() {
    for (Code code : new Code[] {Code.INVALID_ARGUMENT, Code.INTERNAL}) {
      assertEquals(0, BoltStatus.of(Status.remote(code, "why").withOrigin(Origin.APPLICATION)));
    }
  }
}
