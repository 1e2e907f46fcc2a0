package io.duomesh.transport.bolt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class RequestWritesTest {
  private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelOutboundHandlerAdapter());
  private final RequestWrites writes = new RequestWrites(channel);

  @Test
  void requestHasLeftOnceItsWriteHasEnded() {
    for (int i = 1; i <= 3; i++) {
      channel.write("request " + i, writes);
    }
    assertFalse(writes.mayHaveLeft(1));
    channel.flush();
    assertTrue(writes.mayHaveLeft(3));
    channel.write("request 4", writes);
    assertFalse(writes.mayHaveLeft(4));
    channel.close();
    assertFalse(writes.mayHaveLeft(4));
    assertTrue(writes.mayHaveLeft(3));
    assertFalse(writes.isDone());
  }

  @Test
  void failedWriteIsToldOnce() {
    writes.tryFailure(new IOException("broken"));
    writes.tryFailure(new IOException("broken, too"));
    IOException told = null;
    try {
      channel.checkException();
    } catch (Exception e) {
      told = (IOException) e;
    }
    assertEquals("broken", told == null ? null : told.getMessage());
    channel.checkException();
  }

  @Test
  void afterAWriteThatFailedAloneNothingIsSure() {
    writes.tryFailure(new IOException("of 1"));
    assertFalse(writes.mayHaveLeft(2));
    writes.trySuccess(null);
    assertTrue(writes.mayHaveLeft(1));
    assertTrue(writes.mayHaveLeft(2));
  }

  @Test
  void idsGoRoundWithoutZero() {
    assertEquals(Integer.MIN_VALUE, RequestWrites.next(Integer.MAX_VALUE));
    assertEquals(1, RequestWrites.next(-1));
  }
}
