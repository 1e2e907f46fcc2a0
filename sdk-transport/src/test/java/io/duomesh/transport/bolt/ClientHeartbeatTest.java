package io.duomesh.transport.bolt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Settings;
import io.duomesh.transport.TransportOptions;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a silent connection beats; the clock is the channel's own. */
class ClientHeartbeatTest {
  private static final TransportOptions OPTIONS = TransportOptions.of(Settings.of(Map.of()));

  private final Connection connection = new Connection();
  private final EmbeddedChannel channel = frozen();
  private final ClientHeartbeat heartbeat =
      ClientHeartbeat.start(connection, channel, OPTIONS.bolt());

  private static EmbeddedChannel frozen() {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.freezeTime();
    return channel;
  }

  private static final class Connection extends BoltConnection {
    private String broken = "";

    Connection() {
      super(OPTIONS, new BoltCounters(OPTIONS));
    }

    @Override
    void onFrame(Channel channel, BoltFrame frame) {
      frame.release();
    }

    @Override
    void onOversized(Channel channel, BoltFrame frame, String excess) {}

    @Override
    void onBroken(String reason) {
      broken = reason;
    }
  }

  @AfterEach
  void close() {
    heartbeat.stop();
    channel.finishAndReleaseAll();
  }

  /** Seconds at which beats left. */
  private List<Integer> beats(int seconds, boolean answered) {
    List<Integer> at = new ArrayList<>();
    for (int second = 1; second <= seconds; second++) {
      advance();
      ByteBuf beat = channel.readOutbound();
      if (beat != null) {
        assertEquals(BoltFrame.HEARTBEAT, beat.getShort(2));
        beat.release();
        at.add(second);
        if (answered) {
          heartbeat.onAnswer();
        }
      }
    }
    return at;
  }

  private void advance() {
    channel.advanceTimeBy(1, TimeUnit.SECONDS);
    channel.runPendingTasks();
  }

  @Test
  void answeredBeatsComeEverMoreSeldomUpToTheLongestPeriod() {
    assertEquals(List.of(15, 45, 105, 180, 255, 330), beats(360, true));
    assertTrue(channel.isOpen());
  }

  @Test
  void threeMissedBeatsCloseTheConnection() {
    assertEquals(List.of(15, 30, 45), beats(59, false));
    assertTrue(channel.isOpen());
    advance();
    assertFalse(channel.isOpen());
    assertEquals("3 heartbeats went unanswered", connection.broken);
  }

  @Test
  void missBringsTheFirstPeriodBack() {
    beats(255, true); // the period is 75 s by now
    assertEquals(List.of(75, 90), beats(104, false)); // not answered: asked again 15 s later
    assertEquals(List.of(1, 31), beats(31, true)); // the answer counts: 15 s, then 30 s
    assertTrue(channel.isOpen());
  }

  @Test
  void answerAfterTwoMissesKeepsTheConnection() {
    for (int i = 0; i < 5; i++) {
      assertEquals(2, beats(i == 0 ? 30 : 30, false).size());
      heartbeat.onAnswer();
      heartbeat.onSuspicion();
    }
    assertTrue(channel.isOpen());
  }

  @Test
  void periodThatCarriedTrafficHasNoBeat() {
    for (int i = 0; i < 10; i++) {
      assertEquals(List.of(), beats(10, true));
      heartbeat.onRead();
    }
    // whatever was read last, no 90 s pass in silence
    assertEquals(1, beats(30, true).size());
  }

  @Test
  void silenceAfterTrafficIsNeverAsLongAsPeersWait() {
    beats(255, true); // the period is 75 s by now
    beats(1, true);
    heartbeat.onRead();
    assertEquals(List.of(30), beats(44, true));
  }

  @Test
  void failedCallBringsTheFirstPeriodBack() {
    beats(255, true);
    heartbeat.onSuspicion();
    assertEquals(List.of(15), beats(16, true));
  }

  @Test
  void stoppedHeartbeatIsSilent() {
    heartbeat.stop();
    assertEquals(List.of(), beats(200, false));
  }
}
