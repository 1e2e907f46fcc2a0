package io.duomesh.cli;

import com.alipay.sofa.rpc.config.ProviderConfig;
import com.alipay.sofa.rpc.config.ServerConfig;
import io.duomesh.Duomesh;
import io.duomesh.ServiceOptions;
import io.duomesh.traffic.TrafficSnapshot;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.ProtocolConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.ServiceConfig;
import org.apache.dubbo.config.bootstrap.DubboBootstrap;

/** Servers of {@link Orders}, each started once; the end of the process ends them. */
enum Peer {
  OURS_ON_BOLT("bolt") {
    @Override
    int start() {
      return ours();
    }
  },
  OURS_ON_TRIPLE("triple") {
    @Override
    int start() {
      return ours();
    }
  },
  SOFARPC("bolt") {
    @Override
    int start() throws Exception {
      int port = freePort();
      ServerConfig server =
          new ServerConfig()
              .setProtocol("bolt")
              .setHost("127.0.0.1")
              .setBoundHost("127.0.0.1")
              .setPort(port)
              .setDaemon(true);
      export(server, Orders.class, new Orders.Shop());
      export(server, ProtoEcho.class, text -> text);
      return port;
    }
  },
  DUBBO("triple") {
    @Override
    int start() throws Exception {
      int port = freePort();
      ApplicationConfig application = new ApplicationConfig("orders");
      application.setQosEnable(false);
      application.setLogger("slf4j");
      ProtocolConfig protocol = new ProtocolConfig("tri", port);
      protocol.setHost("127.0.0.1");
      DubboBootstrap.newInstance()
          .application(application)
          .registry(new RegistryConfig("N/A"))
          .protocol(protocol)
          .service(service(Orders.class, new Orders.Shop()))
          .service(service(ProtoEcho.class, text -> text))
          .start();
      return port;
    }
  };

  private final String protocol;
  private int port;

  Peer(String protocol) {
    this.protocol = protocol;
  }

  abstract int start() throws Exception;

  /** Its target; starts it where that has not been done. */
  synchronized String target() throws Exception {
    if (port == 0) {
      port = start();
    }
    return protocol + "://127.0.0.1:" + port;
  }

  private static int ours() {
    Duomesh server =
        Duomesh.builder()
            .set("duomesh.server.port", "0")
            .set("duomesh.server.address", "127.0.0.1")
            .traffic(TrafficSnapshot.EMPTY)
            .build();
    server.export(Orders.class, new Orders.Shop(), ServiceOptions.DEFAULT);
    server.export(ProtoEcho.class, text -> text, ServiceOptions.DEFAULT);
    return server.start().port();
  }

  private static <T> void export(ServerConfig server, Class<T> type, T service) {
    new ProviderConfig<T>()
        .setInterfaceId(type.getName())
        .setRef(service)
        .setServer(server)
        .setRegister(false)
        .export();
  }

  private static <T> ServiceConfig<T> service(Class<T> type, T service) {
    ServiceConfig<T> config = new ServiceConfig<>();
    config.setInterface(type);
    config.setRef(service);
    return config;
  }

  private static int freePort() throws Exception {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return free.getLocalPort();
    }
  }
}
