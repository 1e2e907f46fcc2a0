package io.duomesh.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP proxy on loopback that passes bytes on until it is told to break something: to drop what
 * comes without a word (a half-open connection), to stop reading, to be slow, to reset. Knows no
 * protocol. Each fault holds for the connections that there are; {@link #slow} holds for new ones
 * too. Safe for use by many threads.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int MOST_BYTES = 16 * 1024;

  /** How long a stalled direction waits before it looks again. */
  private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** Which way bytes go. */
  public enum Direction {
    /** What clients send. */
    TO_SERVER,
    /** What the server sends. */
    TO_CLIENT
  }

  private enum Flow {
    PASSES,
    VANISHES,
    STANDS
  }

  private final ServerSocket port;
  private final InetSocketAddress server;
  private final Queue<Link> links = new ConcurrentLinkedQueue<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private volatile long bytesPerSecond; // 0 for as fast as it goes
  private volatile boolean closed;

  /**
   * A proxy on a free port.
   *
   * @param host where connections go
   * @param serverPort where connections go
   * @throws IOException if no port can be opened
   */
  public FaultProxy(String host, int serverPort) throws IOException {
    server = new InetSocketAddress(InetAddress.getByName(host), serverPort);
    port = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    start("accept", this::accept);
  }

  /** The port that it listens on, of loopback. */
  public int port() {
    return port.getLocalPort();
  }

  /** Connections so far. */
  public int accepted() {
    return accepted.get();
  }

  /** Connections that neither side has closed. */
  public int open() {
    return links.size();
  }

  /** What comes from now on vanishes, the end of the connection included. */
  public void drop(Direction direction) {
    links.forEach(link -> link.flow(direction, Flow.VANISHES));
  }

  /** Both ways, what comes from now on vanishes: nobody learns that the other is gone. */
  public void drop() {
    drop(Direction.TO_SERVER);
    drop(Direction.TO_CLIENT);
  }

  /** Nothing is read any more, as by a peer that is stuck: the sender's buffers fill. */
  public void stall(Direction direction) {
    links.forEach(link -> link.flow(direction, Flow.STANDS));
  }

  /** Everything passes again, on the connections that there are; what vanished is gone. */
  public void heal() {
    bytesPerSecond = 0;
    links.forEach(
        link -> {
          link.flow(Direction.TO_SERVER, Flow.PASSES);
          link.flow(Direction.TO_CLIENT, Flow.PASSES);
        });
  }

  /** Each direction of each connection passes so many bytes in a second; 0 for all it can. */
  public void slow(long newBytesPerSecond) {
    bytesPerSecond = newBytesPerSecond;
  }

  /** Resets all connections, both ways. */
  public void cut() {
    links.forEach(link -> link.end(true));
  }

  /** Closes the port and all connections. */
  @Override
  public void close() throws IOException {
    closed = true;
    port.close();
    links.forEach(link -> link.end(false));
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(task, "fault-proxy-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!closed) {
      try {
        Socket client = port.accept();
        accepted.incrementAndGet();
        link(client);
      } catch (IOException e) {
        return; // the port was closed
      }
    }
  }

  private void link(Socket client) throws IOException {
    Socket to = new Socket();
    try {
      to.connect(server, 5_000);
    } catch (IOException refused) {
      to.close();
      client.close(); // as much as a proxy can say
      return;
    }
    client.setTcpNoDelay(true);
    to.setTcpNoDelay(true);
    Link link = new Link(client, to);
    links.add(link);
    start("to-server", () -> link.copy(Direction.TO_SERVER));
    start("to-client", () -> link.copy(Direction.TO_CLIENT));
  }

  private final class Link {
    private final Socket client;
    private final Socket to;
    private final AtomicInteger ended = new AtomicInteger();
    private volatile Flow toServer = Flow.PASSES;
    private volatile Flow toClient = Flow.PASSES;

    Link(Socket client, Socket to) {
      this.client = client;
      this.to = to;
    }

    void flow(Direction direction, Flow flow) {
      if (direction == Direction.TO_SERVER) {
        toServer = flow;
      } else {
        toClient = flow;
      }
    }

    private Flow flow(Direction direction) {
      return direction == Direction.TO_SERVER ? toServer : toClient;
    }

    void copy(Direction direction) {
      Socket from = direction == Direction.TO_SERVER ? client : to;
      Socket into = direction == Direction.TO_SERVER ? to : client;
      byte[] bytes = new byte[MOST_BYTES];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = into.getOutputStream();
        int count = in.read(bytes, 0, most());
        while (count >= 0) {
          awaitFlow(direction);
          if (flow(direction) == Flow.PASSES) {
            out.write(bytes, 0, count);
          }
          pace(count);
          awaitFlow(direction);
          count = in.read(bytes, 0, most());
        }
        if (flow(direction) != Flow.VANISHES) {
          into.shutdownOutput();
        }
        if (ended.incrementAndGet() == 2) {
          end(false);
        }
      } catch (IOException broken) {
        if (flow(direction) != Flow.VANISHES) {
          end(true); // either side has reset it
        }
      }
    }

    private int most() {
      long rate = bytesPerSecond;
      return rate == 0 ? MOST_BYTES : (int) Math.max(1, Math.min(MOST_BYTES, rate / 50));
    }

    private void pace(int count) {
      long rate = bytesPerSecond;
      if (rate > 0) {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(count) / rate);
      }
    }

    private void awaitFlow(Direction direction) throws IOException {
      while (flow(direction) == Flow.STANDS) {
        if (client.isClosed()) {
          throw new IOException("closed");
        }
        LockSupport.parkNanos(STALL_NANOS);
      }
    }

    void end(boolean reset) {
      links.remove(this);
      close(client, reset);
      close(to, reset);
    }

    private void close(Socket socket, boolean reset) {
      try {
        if (reset && !socket.isClosed()) {
          socket.setSoLinger(true, 0);
        }
        socket.close();
      } catch (IOException e) {
        return; // it is gone, which is what was wanted
      }
    }
  }
}
