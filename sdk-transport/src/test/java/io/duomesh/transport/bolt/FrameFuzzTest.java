package io.duomesh.transport.bolt;

import io.duomesh.transport.DamagedInputs;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Short runs over damaged frames. */
@Timeout(3600)
class FrameFuzzTest {
  private static final byte[][] EDGES = {
    {0x7f, -1}, {-128, 0}, {-1, -1, -1, -1}, {0x7f, -1, -1, -1}, {0, 0, 0, 0}, {-128, 0, 0, 0}
  };
  private static final int HEAD = 30;

  @Test
  void damagedFramesAreReadOrRefusedWithinTheirLimits() throws IOException {
    new DamagedInputs(FrameFuzzTarget.seeds(), EDGES, HEAD)
        .run(50_000, FrameFuzzTarget::fuzzerTestOneInput);
  }

  @Test
  void aConnectionTakesDamagedFramesWithoutAnError() throws IOException {
    new DamagedInputs(FrameFuzzTarget.seeds(), EDGES, HEAD)
        .run(2_000, ConnectionFuzzTarget::fuzzerTestOneInput);
  }
}
