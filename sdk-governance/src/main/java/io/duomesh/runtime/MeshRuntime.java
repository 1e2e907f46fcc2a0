package io.duomesh.runtime;

import io.duomesh.CallOptions;
import io.duomesh.Channel;
import io.duomesh.ClientInterceptor;
import io.duomesh.ClientOptions;
import io.duomesh.Duomesh;
import io.duomesh.Explanation;
import io.duomesh.GenericClient;
import io.duomesh.MeshState;
import io.duomesh.Metadata;
import io.duomesh.Mode;
import io.duomesh.RuntimeProvider;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceOptions;
import io.duomesh.Settings;
import io.duomesh.runtime.cluster.ClusterContext;
import io.duomesh.runtime.executor.CallExecutors;
import io.duomesh.runtime.executor.WorkerPool;
import io.duomesh.runtime.interceptor.ForgottenCalls;
import io.duomesh.runtime.routing.ProtocolSetting;
import io.duomesh.runtime.routing.Target;
import io.duomesh.runtime.routing.TargetChannel;
import io.duomesh.runtime.stub.CallDefaults;
import io.duomesh.runtime.stub.ClientProxy;
import io.duomesh.runtime.stub.DescribedCalls;
import io.duomesh.runtime.stub.ReflectiveService;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.transport.NonBlocking;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.Transports;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;

/** The runtime: wires clients, routers and server together, and owns their threads. */
final class MeshRuntime implements Duomesh {
  private final List<ClientInterceptor> interceptors;
  private final Settings all;
  private final MeshSettings settings;
  private final ScheduledThreadPoolExecutor control;
  private final Transports transports;
  private final WorkerPool callbacks;
  private final CallDefaults defaults;
  private final ForgottenCalls forgotten;
  private final Routers routers;
  private final ServerSide server;
  private final ConcurrentHashMap<Target, TargetChannel> channels = new ConcurrentHashMap<>();
  private final AtomicBoolean clientsStarted = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();

  MeshRuntime(RuntimeProvider.Config config) {
    this.interceptors = config.clientInterceptors();
    this.all = config.settings();
    this.settings = MeshSettings.of(all);
    this.control = new ScheduledThreadPoolExecutor(1, ControlThread::new);
    control.setRemoveOnCancelPolicy(true);
    control.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    this.forgotten = new ForgottenCalls(control);
    this.transports = new Transports(TransportOptions.of(all));
    this.callbacks = CallExecutors.client(all);
    this.defaults = new CallDefaults(settings.clientTimeout(), callbacks);
    this.server =
        new ServerSide(all, settings, config.serverInterceptors(), config.serverTls(), transports);
    this.routers =
        new Routers(
            all,
            settings,
            new ClusterContext(transports, control),
            config.traffic(),
            server::govern);
  }

  @Override
  public <T> T client(Class<T> type, ClientOptions options) {
    transports.options().classes().add(type);
    return ClientProxy.create(type, options, this::targeted, defaults);
  }

  @Override
  public <T> T with(T client, CallOptions options) {
    return ClientProxy.with(client, options);
  }

  @Override
  public GenericClient generic(String target) {
    return new DescribedCalls(this::targeted, target, defaults);
  }

  @Override
  public Channel channel(String target) {
    return targeted(target);
  }

  private TargetChannel targeted(String text) {
    Target target = routers.target(text);
    TargetChannel known = channels.get(target); // a call may name its target: no lock for that
    return known == null ? channels.computeIfAbsent(target, this::channelOf) : known;
  }

  private TargetChannel channelOf(Target target) {
    ProtocolSetting.check(all, target.authority(), transports);
    return new TargetChannel(target, routers.routerOf(target), interceptors, forgotten);
  }

  @Override
  public <T> void export(Class<T> type, T implementation, ServiceOptions options) {
    export(ReflectiveService.of(type, implementation, options));
  }

  @Override
  public void export(ServiceDefinition service) {
    server.export(service);
    routers.listening(server.listeningAddress());
  }

  @Override
  public Duomesh start() {
    startClients();
    server.start(routers.mode());
    routers.listening(server.listeningAddress()); // where any port would do it is known now
    return this;
  }

  @Override
  public Duomesh startClients() {
    if (clientsStarted.compareAndSet(false, true)) {
      routers.start();
    }
    return this;
  }

  private static void mayWait(String what) {
    if (NonBlocking.here()) {
      throw new IllegalStateException(
          what
              + " waits, and thread "
              + Thread.currentThread().getName()
              + " would wait for itself; call it on a thread of your own");
    }
  }

  @Override
  public Mode mode() {
    return routers.mode();
  }

  @Override
  public void switchTo(Mode mode) {
    mayWait("switchTo");
    routers.switchTo(mode, false);
    server.modeChanged(routers.mode());
  }

  @Override
  public void forceMode(Mode mode) {
    routers.switchTo(mode, true);
    server.modeChanged(routers.mode());
  }

  @Override
  public Map<String, String> update(TrafficSnapshot snapshot) {
    mayWait("update");
    return routers.update(snapshot);
  }

  @Override
  public int port() {
    return server.port();
  }

  @Override
  public MeshState state() {
    return routers.state(server.port(), server.services());
  }

  @Override
  public Explanation explain(String target, String path, Metadata headers, long random) {
    return routers.explain(routers.target(target), path, headers, random);
  }

  @Override
  public void stopServer() {
    server.stop();
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    server.stop();
    routers.close();
    forgotten.close();
    transports.close();
    control.shutdown(); // after the connections: their last events still run here
    callbacks.shutdown();
    server.close();
  }
}
