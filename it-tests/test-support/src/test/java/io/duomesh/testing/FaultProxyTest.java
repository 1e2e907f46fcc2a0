package io.duomesh.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.testing.FaultProxy.Direction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FaultProxyTest {
  private final ServerSocket port = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  private final FaultProxy proxy = new FaultProxy("127.0.0.1", port.getLocalPort());
  private Socket client;
  private Socket server;

  FaultProxyTest() throws IOException {}

  @BeforeEach
  void connect() throws IOException {
    client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    server = port.accept();
    pass(client, server, 1);
    pass(server, client, 2);
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    server.close();
    port.close();
    proxy.close();
  }

  private static void pass(Socket from, Socket to, int value) throws IOException {
    to.setSoTimeout(20_000);
    from.getOutputStream().write(value);
    assertEquals(value, to.getInputStream().read());
  }

  private static void assertNothing(Socket at) throws IOException {
    at.setSoTimeout(300);
    assertThrows(SocketTimeoutException.class, () -> at.getInputStream().read());
  }

  @Test
  void droppedBytesAndEndsVanish() throws IOException {
    proxy.drop();
    client.getOutputStream().write(3);
    server.getOutputStream().write(3);
    assertNothing(server);
    assertNothing(client);
    client.close();
    assertNothing(server);
  }

  @Test
  void oneDirectionIsDroppedAlone() throws IOException {
    proxy.drop(Direction.TO_CLIENT);
    pass(client, server, 3);
    server.getOutputStream().write(4);
    assertNothing(client);
    proxy.heal();
    pass(server, client, 5); // 4 is gone
  }

  @Test
  void stalledBytesComeWhenItIsHealed() throws IOException {
    proxy.stall(Direction.TO_SERVER);
    client.getOutputStream().write(3);
    assertNothing(server);
    pass(server, client, 4);
    proxy.heal();
    server.setSoTimeout(20_000);
    assertEquals(3, server.getInputStream().read());
  }

  @Test
  void slowLinkTakesItsTime() throws IOException {
    proxy.slow(100_000);
    byte[] bytes = new byte[50_000];
    long begin = System.nanoTime();
    client.getOutputStream().write(bytes);
    assertEquals(bytes.length, server.getInputStream().readNBytes(bytes.length).length);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    assertTrue(took.toMillis() > 300, took::toString);
  }

  @Test
  void cutResetsBothSides() {
    proxy.cut();
    assertThrows(SocketException.class, () -> client.getInputStream().read());
    assertThrows(SocketException.class, () -> server.getInputStream().read());
    Awaitility.await().until(() -> proxy.open() == 0);
  }

  @Test
  void endOfOneDirectionPassesAndTheOtherGoesOn() throws IOException {
    client.shutdownOutput();
    assertEquals(-1, server.getInputStream().read());
    pass(server, client, 3);
    server.close();
    assertEquals(-1, client.getInputStream().read());
    Awaitility.await().until(() -> proxy.open() == 0);
    assertEquals(1, proxy.accepted());
  }
}
