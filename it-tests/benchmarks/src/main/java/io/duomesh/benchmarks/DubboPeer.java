package io.duomesh.benchmarks;

import java.io.IOException;
import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.ProtocolConfig;
import org.apache.dubbo.config.ReferenceConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.ServiceConfig;
import org.apache.dubbo.config.bootstrap.DubboBootstrap;

/** Dubbo as it comes, over its own protocol or Triple, with futures. */
final class DubboPeer implements Peer {
  private final String protocol;

  DubboPeer(String protocol) {
    this.protocol = protocol;
  }

  private static DubboBootstrap bootstrap() {
    System.setProperty("dubbo.application.logger", "slf4j");
    ApplicationConfig application = new ApplicationConfig("echo");
    application.setQosEnable(false);
    application.setLogger("slf4j");
    return DubboBootstrap.getInstance()
        .application(application)
        .registry(new RegistryConfig(RegistryConfig.NO_AVAILABLE));
  }

  @Override
  public int serve(Load load) throws IOException {
    int port = Ports.free();
    ServiceConfig<AsyncEcho> service = new ServiceConfig<>();
    service.setInterface(AsyncEcho.class);
    service.setRef(new AsyncEcho.Service());
    ProtocolConfig listening = new ProtocolConfig(protocol, port);
    listening.setHost("127.0.0.1");
    bootstrap().protocol(listening).service(service).start();
    return port;
  }

  @Override
  public Caller connect(int port, Load load) {
    ReferenceConfig<AsyncEcho> reference = new ReferenceConfig<>();
    reference.setInterface(AsyncEcho.class);
    // 127.0.0.1 in another form: it takes the host's own address for a loopback one
    reference.setUrl(protocol + "://2130706433:" + port);
    reference.setProtocol(protocol);
    reference.setTimeout(10_000);
    reference.setRetries(0);
    reference.setConnections(load.connections());
    bootstrap().reference(reference).start();
    AsyncEcho echo = reference.get();
    Object payload = load.payload().value();
    return done -> AsyncEcho.call(echo, payload).whenComplete(done);
  }
}
