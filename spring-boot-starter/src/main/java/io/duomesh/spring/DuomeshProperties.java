package io.duomesh.spring;

import io.duomesh.Mode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The {@code duomesh.*} properties that an IDE completes; {@link RuntimeSettings} hands them to the
 * runtime under the same names, and every other {@code duomesh.*} property as well.
 *
 * @param enabled Whether to set up Duomesh at all.
 * @param application Name of the application, as its peers and the control plane see it. Defaults
 *     to spring.application.name.
 * @param mode Who routes, balances, limits and secures calls: this process (proxyless), a sidecar
 *     (sidecar), or a sidecar where one answers at start (auto).
 * @param startup What to do at start while there is no configuration to route by: wait for it and
 *     then go on, not ready (wait); wait and then fail (fail); or not wait (lazy).
 * @param startupTimeout How long to wait for the first configuration.
 * @param server The RPC server. Its port is opened when there is a service to offer.
 * @param client Calls to others.
 * @param xds The control plane.
 * @param sidecar The sidecar of this host.
 * @param dns Targets that DNS resolves.
 * @param transport Connections.
 * @param bolt Connections that speak Bolt.
 * @param serialization Arguments and results.
 */
@ConfigurationProperties("duomesh")
record DuomeshProperties(
    @DefaultValue("true") boolean enabled,
    @Nullable String application,
    @DefaultValue("proxyless") Mode mode,
    @DefaultValue("wait") Startup startup,
    @DefaultValue("15s") Duration startupTimeout,
    @DefaultValue Server server,
    @DefaultValue Client client,
    @DefaultValue Xds xds,
    @DefaultValue Sidecar sidecar,
    @DefaultValue Dns dns,
    @DefaultValue Transport transport,
    @DefaultValue Bolt bolt,
    @DefaultValue Serialization serialization) {

  /** What to do at start while there is no configuration. */
  enum Startup {
    WAIT,
    FAIL,
    LAZY
  }

  /** What becomes of a call that finds the write buffer full. */
  enum Overflow {
    WAIT,
    FAIL
  }

  /** Which threads run services. */
  enum Threads {
    PLATFORM,
    VIRTUAL
  }

  /**
   * The RPC server.
   *
   * @param enabled Whether to offer the beans marked with @RpcService.
   * @param port Port for Bolt, HTTP/2 and HTTP/1.1 alike; 0 for any free one.
   * @param address Address to listen on. Defaults to all addresses, in sidecar mode to loopback.
   * @param inproc Name under which callers in this process reach the server without a connection,
   *     as target inproc:name.
   * @param drainTimeout How long calls in progress may take to finish when the application stops;
   *     at most spring.lifecycle.timeout-per-shutdown-phase.
   * @param executor Which threads run services. Defaults to virtual if
   *     spring.threads.virtual.enabled is true, else to platform.
   * @param threads The most calls that run at a time.
   * @param queue The most calls that wait for a thread; a call beyond is refused as busy.
   * @param maxConcurrentCallsPerConnection The most calls in progress on one connection.
   * @param sslBundle SSL bundle of the server's certificate, spring.ssl.bundle.pem.NAME with files.
   */
  record Server(
      @DefaultValue("true") boolean enabled,
      @DefaultValue("12200") int port,
      @Nullable String address,
      @Nullable String inproc,
      @DefaultValue("10s") Duration drainTimeout,
      @Nullable Threads executor,
      @DefaultValue("200") int threads,
      @DefaultValue("1000") int queue,
      @DefaultValue("1000") int maxConcurrentCallsPerConnection,
      @Nullable String sslBundle) {}

  /**
   * Calls to others.
   *
   * @param timeout Time for a call where neither the call nor its client says one; 0 for no limit.
   * @param defaultScheme Scheme of targets without one. Defaults to xds if a control plane is
   *     configured, else to dns.
   * @param protocol Protocol (triple or bolt) of targets whose configuration names none;
   *     duomesh.client.TARGET.protocol for one target.
   * @param threads The most results of asynchronous calls that are handed over at a time.
   * @param queue The most results that wait for a thread; those beyond are handed over by the
   *     connection's own.
   * @param serveCallbacks Whether servers may call the services offered here over the connections
   *     that this side has opened to them, as SOFABolt's do.
   */
  record Client(
      @DefaultValue("3s") Duration timeout,
      @Nullable String defaultScheme,
      @DefaultValue("triple") String protocol,
      @DefaultValue("200") int threads,
      @DefaultValue("1000") int queue,
      @DefaultValue("false") boolean serveCallbacks) {}

  /**
   * The control plane.
   *
   * @param server Address of the control plane, host:port.
   * @param bootstrap Bootstrap in gRPC's JSON form: a path, or the text itself. Defaults to what
   *     the environment variable GRPC_XDS_BOOTSTRAP says.
   * @param stream How to ask, where the node's id does not tell: sidecar or proxyless, and delta or
   *     sotw, joined by a dash.
   * @param cacheDir Directory of the last configuration that was good, for a start without the
   *     control plane; off for nowhere. Defaults to duomesh-USER in the temporary directory.
   * @param tokenFile File of a bearer token, read again for each stream.
   * @param connectTimeout How long a connection may take to be made.
   * @param sslBundle SSL bundle towards the control plane, spring.ssl.bundle.pem.NAME with files.
   * @param node Who this process is to the control plane.
   * @param tls Security towards the control plane, by PEM files.
   */
  record Xds(
      @Nullable String server,
      @Nullable String bootstrap,
      @Nullable String stream,
      @Nullable String cacheDir,
      @Nullable String tokenFile,
      @DefaultValue("5s") Duration connectTimeout,
      @Nullable String sslBundle,
      @Nullable Node node,
      @Nullable Tls tls) {}

  /**
   * Who this process is to the control plane; duomesh.xds.node.metadata is bound apart.
   *
   * @param id Id of the node. Defaults to the host's name.
   * @param cluster Cluster of the node.
   * @param locality Where the node is, region/zone/sub-zone.
   */
  record Node(@Nullable String id, @Nullable String cluster, @Nullable String locality) {}

  /**
   * Security towards the control plane.
   *
   * @param enabled Whether to use TLS. Defaults to true if any of its files or a name is set.
   * @param ca PEM file of the certificates to trust.
   * @param certificate PEM file of this process' certificate.
   * @param privateKey PEM file of its PKCS#8 key.
   * @param serverName Name that the control plane's certificate must have.
   */
  record Tls(
      @Nullable Boolean enabled,
      @Nullable String ca,
      @Nullable String certificate,
      @Nullable String privateKey,
      @Nullable String serverName) {}

  /**
   * The sidecar of this host.
   *
   * @param address Where calls enter the sidecar: host:port, 127.0.0.1:* (the target's port on
   *     loopback) or original (the target itself). Defaults to 127.0.0.1:12220 for Bolt,
   *     127.0.0.1:* for Triple.
   * @param readyUrl URL that answers 200 once the sidecar is ready; asked in mode auto.
   */
  record Sidecar(@Nullable String address, @Nullable String readyUrl) {}

  /**
   * Targets that DNS resolves.
   *
   * @param refresh How often to ask again.
   * @param timeout How long to wait for an answer.
   */
  record Dns(@DefaultValue("30s") Duration refresh, @DefaultValue("5s") Duration timeout) {}

  /**
   * Connections.
   *
   * @param eventLoops Threads that read and write. Defaults to a number by the processors.
   * @param maxMessageSize Largest request or response.
   * @param maxHeaderSize Largest headers of a request or response.
   * @param writeBufferSize Bytes waiting on a connection beyond which writers must wait.
   * @param handshakeTimeout How long a new connection may take to say what it speaks.
   */
  record Transport(
      @Nullable Integer eventLoops,
      @DefaultValue("16MB") DataSize maxMessageSize,
      @DefaultValue("16KB") DataSize maxHeaderSize,
      @DefaultValue("1MB") DataSize writeBufferSize,
      @DefaultValue("10s") Duration handshakeTimeout) {}

  /**
   * Connections that speak Bolt.
   *
   * @param frames What requests look like: v1, v2, or v2-crc (never through a MOSN); replies follow
   *     their request.
   * @param heartbeat Silence after which a client beats first.
   * @param heartbeatMax What the silence doubles up to while beats are answered.
   * @param idleTimeout Silence after which a server closes a connection.
   * @param frameTimeout Time in which a frame that has begun must be there.
   * @param maxUnfinishedSize Bytes that the unfinished frames of all connections together may hold.
   * @param maxClassNameSize Longest class name in a frame, in bytes.
   * @param writeOverflow Whether calls that find the write buffer full wait within their deadline,
   *     or fail.
   * @param drainPeers Addresses of MOSNs that understand Bolt's go-away, or * for all peers.
   */
  record Bolt(
      @DefaultValue("v1") String frames,
      @DefaultValue("15s") Duration heartbeat,
      @DefaultValue("75s") Duration heartbeatMax,
      @DefaultValue("90s") Duration idleTimeout,
      @DefaultValue("30s") Duration frameTimeout,
      @DefaultValue("128MB") DataSize maxUnfinishedSize,
      @DefaultValue("1024") int maxClassNameSize,
      @DefaultValue("wait") Overflow writeOverflow,
      @Nullable List<String> drainPeers) {}

  /**
   * Arguments and results.
   *
   * @param allow Packages and classes that Hessian may create besides those that the services'
   *     signatures name.
   */
  record Serialization(@Nullable List<String> allow) {}
}
