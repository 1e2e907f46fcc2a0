package io.duomesh.transport.bolt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.duomesh.CallOptions;
import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.ServiceName;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.Outcome;
import io.duomesh.transport.Payload;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PendingCallsTest {
  private static final Invocation HEAD =
      Invocation.of(
          MethodDescriptor.of(
              ServiceName.of("x"), "y", MethodDescriptor.Type.UNARY, new PayloadShape.Bytes()),
          "x",
          Metadata.EMPTY,
          CallOptions.DEFAULT,
          Deadline.NONE);

  private static BoltClientStream call(int id) {
    BoltClientStream call =
        new BoltClientStream(
            null,
            HEAD,
            new ClientStream.Listener() {
              @Override
              public void onMessage(Payload payload) {}

              @Override
              public void onClose(Outcome outcome) {}
            });
    call.assign(id);
    return call;
  }

  @Test
  void behavesAsAMapWhateverTheIds() {
    Random random = new Random(1);
    PendingCalls calls = new PendingCalls();
    Map<Integer, BoltClientStream> expected = new HashMap<>();
    for (int step = 0; step < 100_000; step++) {
      int id = random.nextInt(300) * (random.nextBoolean() ? 1 : 64) - 100;
      if (random.nextInt(100) < 55 && !expected.containsKey(id)) {
        BoltClientStream call = call(id);
        expected.put(id, call);
        calls.add(call);
      } else {
        assertSame(expected.remove(id), calls.remove(id));
      }
      assertEquals(expected.size(), calls.size());
    }
    int[] seen = {0};
    calls.forEach(
        call -> {
          assertSame(expected.get(call.id()), call);
          seen[0]++;
        });
    assertEquals(expected.size(), seen[0]);
    assertNull(calls.remove(1 << 30));
  }
}
