package io.duomesh.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class OptionsTest {
  @Test
  void selectionIsTheProductOfWhatIsNamed() {
    Options options =
        Options.parse(
            "--peers",
            "duomesh,sofabolt",
            "--payload",
            "bytes,string",
            "--in-flight",
            "1,32",
            "--runs",
            "3",
            "--seconds",
            "0.5",
            "--jdk",
            "/opt/jdk");
    assertEquals(4, options.cases().size());
    assertEquals(new Load(Payload.BYTES, 1, 1), options.cases().get(0).load());
    assertEquals(List.of(Peers.DUOMESH, Peers.SOFABOLT), options.cases().get(0).peers());
    assertEquals(3, options.runs());
    assertEquals(500, options.millis());
    assertEquals("/opt/jdk", options.jdk());
  }

  @Test
  void peersAreLeftOutOfLoadsThatTheyCannotCarry() {
    Options options = Options.parse("--peers", "sofarpc,grpc", "--payload", "protobuf,string");
    assertEquals(List.of(Peers.GRPC), options.cases().get(0).peers());
    assertEquals(List.of(Peers.SOFARPC), options.cases().get(1).peers());
  }

  @Test
  void fullRunHasEveryPeerAndSeveralConnectionsAt32() {
    Options options = Options.parse("--full");
    Set<Peers> peers =
        options.cases().stream().flatMap(c -> c.peers().stream()).collect(Collectors.toSet());
    assertEquals(Set.of(Peers.values()), peers);
    assertEquals(
        Set.of(new Load(Payload.ORDER, 4, 32)),
        options.cases().stream()
            .map(Options.Case::load)
            .filter(l -> l.connections() == 4 && l.payload() == Payload.ORDER)
            .collect(Collectors.toSet()));
  }

  @Test
  void unknownOptionsSayWhatThereIs() {
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> Options.parse("--nonsense", "1"))
            .getMessage()
            .contains("--in-flight"));
    assertThrows(IllegalArgumentException.class, () -> Options.parse("--peers", "nobody"));
  }

  @Test
  void payloadsAreTheirOwnEcho() {
    for (Payload payload : Payload.values()) {
      assertTrue(payload.isEcho(payload.value()), payload.name());
      assertTrue(!payload.isEcho(new Object()), payload.name());
    }
  }
}
