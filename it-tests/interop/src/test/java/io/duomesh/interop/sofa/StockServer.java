package io.duomesh.interop.sofa;

import com.alipay.sofa.rpc.config.ProviderConfig;
import com.alipay.sofa.rpc.config.ServerConfig;
import io.duomesh.interop.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A stock SOFARPC server in a process of its own, on the port that it is given. Ends as real ones
 * do: SOFARPC's own shutdown hook stops it at SIGTERM.
 */
final class StockServer {
  /** What it offers. */
  public interface Echo {
    String echo(String text);
  }

  private StockServer() {}

  /** Starts one and waits until it serves. */
  static Program start(Path folder, int port) throws IOException {
    List<String> command =
        Program.java(
            System.getProperty("java.class.path"),
            List.of(
                "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Duser.home=" + folder),
            StockServer.class,
            String.valueOf(port));
    return Program.start(folder, "sofarpc-" + port, command).awaitLine("READY");
  }

  public static void main(String[] arguments) throws Exception {
    SofaPeers.configure();
    ServerConfig server =
        new ServerConfig()
            .setProtocol("bolt")
            .setHost("127.0.0.1")
            .setBoundHost("127.0.0.1")
            .setPort(Integer.parseInt(arguments[0]))
            .setDaemon(false);
    new ProviderConfig<Echo>()
        .setInterfaceId(Echo.class.getName())
        .setRef(text -> text)
        .setServer(server)
        .setRegister(false)
        .export();
    System.out.println("READY");
    while (System.in.read() >= 0) {} // until its parent closes it, or dies
    System.exit(0);
  }
}
