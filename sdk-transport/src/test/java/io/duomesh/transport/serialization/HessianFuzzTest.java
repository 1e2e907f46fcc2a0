package io.duomesh.transport.serialization;

import io.duomesh.transport.DamagedInputs;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A short run over damaged content. */
@Timeout(3600)
class HessianFuzzTest {
  private static final byte[][] PIECES = {
    {-1},
    {-1, -1, -1, -1},
    {0x7f, -1, -1, -1},
    {-128, 0, 0, 0},
    {0x7f, -1},
    {'V'},
    {'v'},
    {'M'},
    {'O'},
    {'o'},
    {'R'},
    {'N'},
    {'z'},
    {'Z'},
    {'H'},
    {'C'},
    {'S'},
    {'B'},
    {'t'},
    {'u'},
    {'l'},
    {'R', 0, 0, 0, 0},
    {0x4a, 0},
    {0x4a, 1},
    {0x51, (byte) 0x90},
    {0x51, (byte) 0x91}
  };

  @Test
  void damagedContentIsReadOrRefusedWithinItsLimits() throws IOException {
    new DamagedInputs(HessianFuzzTarget.seeds(), PIECES, 0)
        .run(100_000, HessianFuzzTarget::fuzzerTestOneInput);
  }
}
