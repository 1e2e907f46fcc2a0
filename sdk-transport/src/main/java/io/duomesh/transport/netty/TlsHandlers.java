package io.duomesh.transport.netty;

import io.duomesh.traffic.TlsPolicy;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.Transports;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * TLS handlers by policy, over the JDK's TLS 1.2 and 1.3. PEM files are read once per policy, while
 * no more than {@value #MOST} are in use. Safe for use by many threads.
 */
public final class TlsHandlers implements AutoCloseable {
  private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

  /** Clusters come and go, each with a server's name of its own; a context takes some 100 KB. */
  private static final int MOST = 512;

  private static final List<String> SERVER_PROTOCOLS = List.of("h2", "http/1.1");

  private final ConcurrentHashMap<Key, SslContext> contexts = new ConcurrentHashMap<>();

  private record Key(TlsPolicy policy, boolean server, List<String> applicationProtocols) {}

  /** The handlers' contexts that the connections of {@code transports} share. */
  public static TlsHandlers of(Transports transports) {
    return transports.shared(TlsHandlers.class, options -> new TlsHandlers());
  }

  /**
   * A client's handler. The server's certificate must be for the policy's server name, else for the
   * host that is connected to.
   *
   * @param applicationProtocols ALPN names where the policy has none, such as {@code h2}; may be
   *     empty
   * @throws IllegalArgumentException if a PEM file cannot be read; the message names it
   */
  public SslHandler client(
      ByteBufAllocator allocator,
      TlsPolicy policy,
      ConnectSpec spec,
      List<String> applicationProtocols) {
    List<String> alpn =
        policy.applicationProtocols().isEmpty()
            ? applicationProtocols
            : policy.applicationProtocols();
    SslContext context = kept(new Key(policy, false, alpn));
    String peer = policy.serverName() == null ? spec.host() : policy.serverName();
    SslHandler handler = context.newHandler(allocator, peer, spec.port());
    // Netty 4.1 leaves the host name unchecked unless told; 4.2 checks by default
    SSLParameters parameters = handler.engine().getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    handler.engine().setSSLParameters(parameters);
    handler.setHandshakeTimeout(spec.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
    return handler;
  }

  /**
   * The context of a server, which makes its handlers: ALPN offers {@code h2} and {@code http/1.1};
   * a client without ALPN, as of Bolt, is welcome.
   *
   * @throws IllegalArgumentException if a PEM file cannot be read; the message names it
   */
  public SslContext server(TlsPolicy policy) {
    List<String> alpn =
        policy.applicationProtocols().isEmpty() ? SERVER_PROTOCOLS : policy.applicationProtocols();
    return kept(new Key(policy, true, alpn));
  }

  private SslContext kept(Key key) {
    SslContext known = contexts.get(key);
    if (known != null) {
      return known;
    }
    if (contexts.size() >= MOST) {
      contexts.clear(); // connections keep theirs
    }
    return contexts.computeIfAbsent(key, TlsHandlers::context);
  }

  @Override
  public void close() {
    contexts.clear();
  }

  private static SslContext context(Key key) {
    TlsPolicy policy = key.policy();
    try {
      SslContextBuilder builder = key.server() ? serverBuilder(policy) : clientBuilder(policy);
      builder.sslProvider(SslProvider.JDK).protocols(VERSIONS);
      if (policy.trustedCertificates() != null) {
        builder.trustManager(file(policy.trustedCertificates()));
      }
      if (!key.applicationProtocols().isEmpty()) {
        builder.applicationProtocolConfig(
            new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                key.applicationProtocols()));
      }
      return builder.build();
    } catch (SSLException | RuntimeException e) {
      throw new IllegalArgumentException(
          "TLS of " + policy + ": " + reason(e) + " (expected: readable PEM files, a PKCS#8 key)",
          e);
    }
  }

  private static SslContextBuilder serverBuilder(TlsPolicy policy) {
    if (policy.certificateChain() == null || policy.privateKey() == null) {
      throw new IllegalArgumentException("a server needs a certificate chain and a private key");
    }
    return SslContextBuilder.forServer(file(policy.certificateChain()), file(policy.privateKey()))
        .clientAuth(policy.requireClientCertificate() ? ClientAuth.REQUIRE : ClientAuth.NONE);
  }

  private static SslContextBuilder clientBuilder(TlsPolicy policy) {
    SslContextBuilder builder = SslContextBuilder.forClient();
    if (policy.certificateChain() != null && policy.privateKey() != null) {
      builder.keyManager(file(policy.certificateChain()), file(policy.privateKey()));
    }
    return builder;
  }

  private static File file(Path path) {
    return path.toFile();
  }

  private static @Nullable String reason(Throwable e) {
    return e.getCause() == null
        ? e.getMessage()
        : e.getMessage() + ": " + e.getCause().getMessage();
  }
}
