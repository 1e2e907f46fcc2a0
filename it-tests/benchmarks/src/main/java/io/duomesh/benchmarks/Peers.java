package io.duomesh.benchmarks;

import static io.duomesh.benchmarks.Payload.BYTES;
import static io.duomesh.benchmarks.Payload.ORDER;
import static io.duomesh.benchmarks.Payload.PROTOBUF;
import static io.duomesh.benchmarks.Payload.STRING;

import io.duomesh.benchmarks.DuomeshPeer.Threads;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Supplier;

/** The peers by name, in the order of the tables. */
enum Peers {
  /** Bare Netty, all on event loops: request ids and nothing else; 1 KB of bytes for any load. */
  RAW("raw", Set.of(Payload.values()), () -> new RawPeer(false)),
  /** The same with one executor hop on each side. */
  RAW_HOP("raw-hop", Set.of(Payload.values()), () -> new RawPeer(true)),
  /** Duomesh, handlers and results on event loops. */
  DUOMESH("duomesh", Set.of(Payload.values()), () -> new DuomeshPeer(Threads.EVENT_LOOP)),
  /** Duomesh as it comes: handlers and results on executors. */
  DUOMESH_EXECUTOR(
      "duomesh-executor", Set.of(Payload.values()), () -> new DuomeshPeer(Threads.EXECUTOR)),
  /** Duomesh with handlers on virtual threads. */
  DUOMESH_VIRTUAL(
      "duomesh-virtual", Set.of(Payload.values()), () -> new DuomeshPeer(Threads.VIRTUAL)),
  /** Duomesh as it comes, called by threads that wait. */
  DUOMESH_BLOCKING(
      "duomesh-blocking", Set.of(BYTES, STRING, ORDER), () -> new DuomeshPeer(Threads.BLOCKING)),
  /** SOFABolt with its own threads; bytes by a serializer that does nothing. */
  SOFABOLT("sofabolt", Set.of(BYTES, STRING, ORDER), SofaBoltPeer::new),
  /** SOFARPC over Bolt with Hessian, as it comes, called back. */
  SOFARPC("sofarpc", Set.of(BYTES, STRING, ORDER), SofaRpcPeer::new),
  /** Dubbo's own TCP protocol with hessian-lite. */
  DUBBO("dubbo", Set.of(BYTES, STRING, ORDER), () -> new DubboPeer("dubbo")),
  /** Dubbo's Triple for a plain interface. */
  DUBBO_TRIPLE("dubbo-triple", Set.of(BYTES, STRING, ORDER), () -> new DubboPeer("tri")),
  /** grpc-java with direct executors. */
  GRPC_DIRECT("grpc-direct", Set.of(PROTOBUF), () -> new GrpcPeer(true)),
  /** grpc-java with its default executors. */
  GRPC("grpc", Set.of(PROTOBUF), () -> new GrpcPeer(false));

  private final String text;
  private final Set<Payload> payloads;
  private final Supplier<Peer> maker;

  Peers(String text, Set<Payload> payloads, Supplier<Peer> maker) {
    this.text = text;
    this.payloads = payloads;
    this.maker = maker;
  }

  /** The peer of a name. */
  static Peers of(String name) {
    for (Peers peer : values()) {
      if (peer.text.equals(name)) {
        return peer;
      }
    }
    throw new IllegalArgumentException(
        "peer: " + name + " (expected: of " + Arrays.toString(values()) + ")");
  }

  boolean carries(Payload payload) {
    return payloads.contains(payload);
  }

  Peer make() {
    return maker.get();
  }

  @Override
  public String toString() {
    return text;
  }
}
