package io.duomesh.benchmarks.idle;

import com.alipay.remoting.Connection;
import com.alipay.remoting.rpc.RpcClient;
import com.alipay.remoting.rpc.RpcServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** SOFABolt as it comes; beats every 15 s. */
final class SofaBoltIdle implements IdlePeer {
  private final RpcClient client = new RpcClient();
  private final List<Connection> connections = new ArrayList<>();

  @Override
  public int serve() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    new RpcServer("127.0.0.1", port).startup();
    return port;
  }

  @Override
  public void connect(int port, int count) throws Exception {
    if (connections.isEmpty()) {
      client.startup();
    }
    for (int i = 0; i < count; i++) {
      connections.add(client.createStandaloneConnection("127.0.0.1", port, 10_000));
    }
  }

  @Override
  public long heartbeats() {
    return -1;
  }
}
