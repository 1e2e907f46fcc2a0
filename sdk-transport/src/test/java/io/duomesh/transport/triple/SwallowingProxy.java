package io.duomesh.transport.triple;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** Passes bytes on, until it silently drops all that comes on the connections it has. */
final class SwallowingProxy implements AutoCloseable {
  private final ServerSocket port = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final int to;
  private final Queue<Link> links = new ConcurrentLinkedQueue<>();

  private record Link(Socket from, Socket to, AtomicBoolean swallows) {}

  SwallowingProxy(int to) throws IOException {
    this.to = to;
    start(this::accept);
  }

  int port() {
    return port.getLocalPort();
  }

  /** Connections so far. */
  int connections() {
    return links.size();
  }

  /** From here on nothing passes on the connections that there are; new ones are not concerned. */
  void swallow() {
    links.forEach(link -> link.swallows().set(true));
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "swallowing-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket from = port.accept();
        Link link =
            new Link(from, new Socket(InetAddress.getLoopbackAddress(), to), new AtomicBoolean());
        links.add(link);
        start(() -> copy(link, link.from(), link.to()));
        start(() -> copy(link, link.to(), link.from()));
      }
    } catch (IOException closed) {
      return; // the test is over
    }
  }

  private static void copy(Link link, Socket from, Socket to) {
    byte[] bytes = new byte[8192];
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        if (!link.swallows().get()) {
          out.write(bytes, 0, count);
        }
      }
    } catch (IOException closed) {
      return; // either side went
    }
  }

  @Override
  public void close() throws IOException {
    port.close();
    for (Link link : links) {
      link.from().close();
      link.to().close();
    }
  }
}
