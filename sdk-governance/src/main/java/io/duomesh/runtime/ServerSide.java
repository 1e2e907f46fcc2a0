package io.duomesh.runtime;

import io.duomesh.Mode;
import io.duomesh.ServerInterceptor;
import io.duomesh.ServiceDefinition;
import io.duomesh.Settings;
import io.duomesh.runtime.executor.CallExecutors;
import io.duomesh.runtime.executor.WorkerPool;
import io.duomesh.runtime.server.Dispatcher;
import io.duomesh.runtime.server.InboundFilters;
import io.duomesh.runtime.server.InboundGate;
import io.duomesh.traffic.InboundPolicy;
import io.duomesh.traffic.TlsPolicy;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.transport.NonBlocking;
import io.duomesh.transport.ServerSpec;
import io.duomesh.transport.ServerTransport;
import io.duomesh.transport.Transports;
import io.duomesh.transport.inproc.InprocServer;
import io.duomesh.transport.server.NettyServer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server of a runtime: one port, opened when there is a service to offer. */
final class ServerSide {
  private static final Logger log = LoggerFactory.getLogger(ServerSide.class);

  private final MeshSettings settings;
  private final @Nullable TlsPolicy tls;
  private final Transports transports;
  private final WorkerPool workers;
  private final Dispatcher dispatcher;
  private final InboundFilters filters = new InboundFilters();
  private volatile @Nullable ServerTransport port; // written under the lock
  private @Nullable ServerTransport inproc;
  private boolean started;
  private volatile Mode mode = Mode.PROXYLESS;
  private volatile @Nullable InboundPolicy policy;
  private volatile int listeningPort;

  ServerSide(
      Settings all,
      MeshSettings settings,
      List<ServerInterceptor> interceptors,
      @Nullable TlsPolicy tls,
      Transports transports) {
    this.settings = settings;
    this.tls = tls;
    this.transports = transports;
    this.workers = CallExecutors.server(all);
    this.dispatcher = new Dispatcher(workers, interceptors);
    if (Boolean.parseBoolean(all.get("duomesh.client.serve-callbacks", "false"))) {
      transports.serveCallbacks(dispatcher);
    }
    this.listeningPort = settings.serverPort();
  }

  synchronized void export(ServiceDefinition service) {
    transports.options().classes().add(service);
    dispatcher.add(service);
    if (started) {
      open();
    }
  }

  synchronized void start(Mode startMode) {
    modeChanged(startMode);
    started = true;
    if (!dispatcher.services().isEmpty()) {
      open();
    }
  }

  private void open() {
    if (port != null) {
      return;
    }
    if (settings.inprocName() != null) {
      inproc = InprocServer.bind(transports, settings.inprocName(), dispatcher);
    }
    String address = settings.serverAddress();
    if (address == null && mode == Mode.SIDECAR) {
      address = "127.0.0.1"; // the sidecar is the only one that should come
    }
    ServerTransport opened =
        NettyServer.bind(
            transports, new ServerSpec(address, settings.serverPort(), tls), dispatcher);
    port = opened;
    listeningPort = opened.port();
    install(); // what is said of this port
    log.info("serving {} on port {}", dispatcher.services().names(), listeningPort);
  }

  /** What a new configuration says of inbound calls. */
  void govern(TrafficSnapshot snapshot) {
    policy = snapshot.inbound();
    install();
  }

  void modeChanged(Mode newMode) {
    mode = newMode;
    install();
  }

  private void install() {
    synchronized (filters) { // whoever comes last sees the newest mode and policy
      InboundPolicy current = policy;
      dispatcher.install(
          mode == Mode.SIDECAR || current == null
              ? InboundGate.OPEN
              : filters.compile(current.at(listeningPort)));
    }
  }

  int port() {
    ServerTransport open = port;
    return open == null ? 0 : open.port();
  }

  /**
   * Where calls are taken, or will be: {@code ip:port}; null while there is nothing to offer or no
   * port.
   */
  synchronized @Nullable String listeningAddress() {
    if (listeningPort == 0 || dispatcher.services().isEmpty()) {
      return null;
    }
    String address = settings.serverAddress();
    if (address == null) {
      return "0.0.0.0:" + listeningPort;
    }
    if (address.contains(":")) {
      return "[" + address + "]:" + listeningPort;
    }
    try {
      return InetAddress.getByName(address).getHostAddress() + ":" + listeningPort;
    } catch (UnknownHostException e) {
      return null; // the port cannot be opened either, which says why
    }
  }

  List<String> services() {
    return dispatcher.services().names();
  }

  /**
   * Drains: no new calls, those in progress finish within the drain timeout. Whoever calls it again
   * waits as well. Waits without the lock, which services in progress may want.
   */
  void stop() {
    ServerTransport open;
    synchronized (this) {
      started = false;
      open = port;
      if (inproc != null) {
        inproc.close();
      }
    }
    if (open == null) {
      return;
    }
    int running = dispatcher.active();
    CompletionStage<Void> drained = open.drain(settings.drainTimeout());
    if (drained.toCompletableFuture().isDone()) {
      return;
    }
    try {
      if (!NonBlocking.here()) { // a connection's own thread would wait for itself
        drained
            .toCompletableFuture()
            .get(settings.drainTimeout().toMillis() + 1_000, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      log.warn("draining the server: {}", e.toString());
    }
    open.close();
    log.info(
        "server stopped: {} calls in progress when told, {} now", running, dispatcher.active());
  }

  void close() {
    workers.shutdown();
  }
}
