package io.duomesh;

import io.duomesh.traffic.TrafficSnapshot;
import java.util.Map;

/**
 * The runtime of a process (or of one application in it): clients, the server, and the
 * configuration that governs both. Made by {@link #builder()}; safe for use by many threads; {@link
 * #close} ends it.
 */
public interface Duomesh extends AutoCloseable {
  /** A builder without settings of its own. */
  static DuomeshBuilder builder() {
    return new DuomeshBuilder();
  }

  /**
   * A client of a service: a proxy of a Java interface. Methods block for their result, or return a
   * {@code CompletionStage} or {@code CompletableFuture}. Sends nothing by itself. Business
   * exceptions arrive as themselves, everything else as {@link RpcException}.
   *
   * @throws IllegalArgumentException if the type is no interface or a method cannot be called
   */
  <T> T client(Class<T> type, ClientOptions options);

  /** A client of a target with options by default. */
  default <T> T client(Class<T> type, String target) {
    return client(type, ClientOptions.target(target));
  }

  /**
   * A client like {@code client}, whose calls have further options; cheap enough to make for one
   * call.
   *
   * @throws IllegalArgumentException if {@code client} was not made by this runtime
   */
  <T> T with(T client, CallOptions options);

  /** A client without classes. */
  GenericClient generic(String target);

  /** The routed channel of a target, for calls by descriptor. */
  Channel channel(String target);

  /**
   * Offers a service under a Java interface's name. Before {@link #start()} or after.
   *
   * @throws IllegalArgumentException if a service of that name is offered already
   */
  <T> void export(Class<T> type, T implementation, ServiceOptions options);

  /** Offers a service that is described by hand. */
  void export(ServiceDefinition service);

  /**
   * Connects to the source of the configuration and opens the server's port if a service is
   * offered. Waits as {@code duomesh.startup} says.
   *
   * @return this
   * @throws IllegalStateException if {@code duomesh.startup} is {@code fail} and there is no
   *     configuration in time, or the port cannot be had
   */
  Duomesh start();

  /**
   * The first half of {@link #start()}: connects to the source of the configuration and waits for
   * it. The server stays closed until {@code start()}, so that services can be offered all at once.
   *
   * @return this
   * @throws IllegalStateException if {@code duomesh.startup} is {@code fail} and there is no
   *     configuration in time
   */
  Duomesh startClients();

  /** Who routes now. Never {@link Mode#AUTO} once started. */
  Mode mode();

  /**
   * Hands the calls that start from now on to the other side, once that side is there: a first
   * configuration has come (within {@code duomesh.startup-timeout}), or the sidecar answers at
   * {@code duomesh.sidecar.ready-url} or takes a connection where the calls of each target would
   * enter it. Calls in flight finish where they are. Blocks meanwhile.
   *
   * @throws IllegalStateException if the other side is not there; says what was tried, and nothing
   *     has changed then
   */
  void switchTo(Mode mode);

  /** As {@link #switchTo}, without asking whether the other side is there. */
  void forceMode(Mode mode);

  /**
   * Replaces the configuration given in code, see {@link DuomeshBuilder#traffic}.
   *
   * @return why parts of it cannot be used, by resource; empty where all is well
   */
  Map<String, String> update(TrafficSnapshot snapshot);

  /** The port of the server; 0 where there is none. */
  int port();

  /** What the runtime does now. */
  MeshState state();

  /**
   * Why a call would go where it would go; {@code random} stands in for weights and fractions.
   * Leaves nothing behind: no connection is opened, and a target that no client here has is not
   * asked for, so that of such a target only what the configuration says anyway can be told.
   *
   * @throws IllegalArgumentException if nothing can resolve the target's scheme
   */
  Explanation explain(String target, String path, Metadata headers, long random);

  /**
   * Stops taking calls on the server, lets those in progress finish within {@code
   * duomesh.server.drain-timeout}, then closes clients, connections and the source. May be called
   * more than once.
   */
  @Override
  void close();

  /** The first half of {@link #close}: the server drains and closes; clients go on. */
  void stopServer();
}
