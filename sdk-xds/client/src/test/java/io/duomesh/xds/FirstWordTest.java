package io.duomesh.xds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Status;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a client to which nothing was named yet has a first configuration. */
class FirstWordTest {
  @TempDir Path cache;

  @Test
  void nothingIsSaidBeforeTheServerWasReached() {
    Harness harness = Harness.proxylessSotw(cache);
    harness.server.refuseStreams(Status.transport(Status.Code.UNAVAILABLE, "nobody is there"));
    harness.client.start();
    harness.advance(Duration.ofSeconds(20));
    assertEquals(0, harness.snapshots.size());
    assertFalse(harness.troubles.isEmpty());
    harness.server.refuseStreams(null);
    harness.advance(Duration.ofSeconds(60));
    assertTrue(harness.server.hasStream());
    assertEquals(1, harness.snapshots.size());
    assertTrue(harness.snapshots.get(0).listeners().isEmpty());
  }

  @Test
  void whatIsNamedLaterIsStillWaitedFor() {
    Harness harness = Harness.proxylessSotw("greeter:80");
    assertEquals(0, harness.snapshots.size());
  }
}
