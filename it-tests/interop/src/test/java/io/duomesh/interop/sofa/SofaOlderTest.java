package io.duomesh.interop.sofa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.duomesh.CallOptions;
import io.duomesh.Duomesh;
import io.duomesh.RpcContext;
import io.duomesh.ServiceOptions;
import io.duomesh.interop.Program;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Older SOFARPCs, each in a process of its own. Their class paths, one a line, stand in the file
 * that {@code SOFARPC_OLDER} names; without it the test is left out. Such a class path is what
 * {@code mvn dependency:build-classpath} makes of {@code com.alipay.sofa:sofa-rpc-all} in an older
 * version. Passed with 5.4.0, 5.8.8 and 5.10.1 on Java 17.
 */
@Timeout(300)
class SofaOlderTest {
  @RegisterExtension static final SofaPeers PEERS = new SofaPeers();

  @TempDir private Path folder;

  private static List<String> classPaths() throws IOException {
    String file = System.getenv("SOFARPC_OLDER");
    if (file == null) {
      System.err.println("LEFT OUT: SOFARPC_OLDER names no file with class paths of SOFARPC");
    }
    assumeTrue(file != null, "SOFARPC_OLDER is not set");
    return java.nio.file.Files.readAllLines(java.nio.file.Path.of(file));
  }

  private Program peer(String classPath, String what, int port) throws IOException {
    String own = OlderPeer.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    List<String> flags = // older Hessians reach into the platform to start at all
        List.of(
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.math=ALL-UNNAMED",
            "-Duser.home=" + folder);
    Program peer =
        Program.start(
            folder,
            what + "-" + port,
            Program.java(
                own + File.pathSeparator + classPath,
                flags,
                OlderPeer.class,
                what,
                String.valueOf(port)));
    PEERS.closeLater(peer::close);
    return peer;
  }

  @Test
  void theirClientsCallOurServer() throws Exception {
    for (String classPath : classPaths()) {
      int port =
          PEERS
              .ourServer(
                  server ->
                      server.export(OlderPeer.Ledger.class, new OurBook(), ServiceOptions.DEFAULT))
              .port();
      peer(classPath, "call", port).awaitLine("DONE");
    }
  }

  @Test
  void ourClientCallsTheirServers() throws Exception {
    for (String classPath : classPaths()) {
      int port = SofaPeers.freePort();
      peer(classPath, "serve", port).awaitLine("READY");
      Duomesh client = PEERS.ourClient(port);
      OlderPeer.Ledger ledger = client.client(OlderPeer.Ledger.class, SofaPeers.TARGET);
      OlderPeer.callAll(ledger);
      OlderPeer.Ledger green =
          client.with(ledger, CallOptions.DEFAULT.withMetadata("rpc_req_baggage.lane", "green"));
      assertEquals("green", green.baggage("lane"), classPath);
    }
  }

  private static final class OurBook implements OlderPeer.Ledger {
    private final OlderPeer.Book book = new OlderPeer.Book();

    @Override
    public OlderPeer.Entry book(OlderPeer.Entry entry, int count, List<String> notes)
        throws OlderPeer.Refused {
      return book.book(entry, count, notes);
    }

    @Override
    public java.util.Map<String, OlderPeer.Entry> byName(OlderPeer.Entry[] entries) {
      return book.byName(entries);
    }

    @Override
    public String echo(String text) {
      return text;
    }

    @Override
    public String baggage(String name) {
      return RpcContext.current().requestMetadata().get("rpc_req_baggage." + name);
    }

    @Override
    public void forget() {}
  }
}
