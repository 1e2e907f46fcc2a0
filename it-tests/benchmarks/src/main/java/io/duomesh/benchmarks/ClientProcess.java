package io.duomesh.benchmarks;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The client's process. Arguments: those of the server, port, milliseconds of CPU to warm with and
 * of time to measure. Prints a line when it is warm, waits for one, measures, prints what it saw;
 * then lets the calls end and prints how many failed and how many never ended.
 */
final class ClientProcess {
  private static final long END_MILLIS = 15_000;

  private ClientProcess() {}

  public static void main(String[] arguments) throws Exception {
    Load load = ServerProcess.load(arguments);
    Peer.Caller caller =
        Peers.of(arguments[0]).make().connect(Integer.parseInt(arguments[4]), load);
    check(caller, load);
    ClosedLoop loop = new ClosedLoop(caller, load.inFlight());
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    loop.start();
    loop.warm(Long.parseLong(arguments[5]));
    Numbers.print(0);
    commands.readLine();
    ClosedLoop.Sample sample = loop.run(Long.parseLong(arguments[6]));
    Numbers.print(sample.calls(), sample.nanos(), sample.p50(), sample.p99(), sample.p999());
    Numbers.print(sample.used());
    commands.readLine();
    long lost = loop.stop(END_MILLIS);
    Numbers.print(loop.failed(), lost);
    Throwable failure = loop.failure();
    if (failure != null) {
      System.err.println("first failure: " + failure);
    }
    Runtime.getRuntime().halt(0);
  }

  /** A first call must bring the echo. */
  private static void check(Peer.Caller caller, Load load) throws Exception {
    CompletableFuture<Object> first = new CompletableFuture<>();
    caller.call(
        (echo, thrown) -> {
          if (thrown != null) {
            first.completeExceptionally(thrown);
          } else {
            first.complete(echo);
          }
        });
    Object echo = first.get(20, TimeUnit.SECONDS);
    if (!load.payload().isEcho(echo)) {
      throw new IllegalStateException("not the echo of what was sent: " + echo);
    }
  }
}
