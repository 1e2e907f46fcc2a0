package io.duomesh.benchmarks;

import com.alipay.remoting.BizContext;
import com.alipay.remoting.InvokeCallback;
import com.alipay.remoting.config.Configs;
import com.alipay.remoting.rpc.RpcClient;
import com.alipay.remoting.rpc.RpcServer;
import com.alipay.remoting.rpc.protocol.SyncUserProcessor;
import com.alipay.remoting.serialization.Serializer;
import com.alipay.remoting.serialization.SerializerManager;
import java.net.ServerSocket;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** SOFABolt with byte arrays as they are: its cost without Hessian. */
final class SofaBoltPeer implements Peer {
  private static final byte IDENTITY = 2;

  SofaBoltPeer() {
    System.setProperty(Configs.SERIALIZER, String.valueOf(IDENTITY));
    SerializerManager.addSerializer(IDENTITY, new Identity());
  }

  @Override
  public int serve() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    RpcServer server = new RpcServer("127.0.0.1", port);
    server.registerUserProcessor(new Echo());
    server.startup();
    return port;
  }

  @Override
  public Caller connect(int port) throws Exception {
    RpcClient client = new RpcClient();
    client.startup();
    byte[] payload = Peer.payload();
    String address = "127.0.0.1:" + port;
    client.invokeSync(address, payload, 5_000);
    return done -> {
      try {
        client.invokeWithCallback(address, payload, new Callback(done), 10_000);
      } catch (Exception e) {
        done.accept(null, e);
      }
    };
  }

  private record Callback(BiConsumer<@Nullable Object, @Nullable Throwable> done)
      implements InvokeCallback {
    @Override
    public void onResponse(Object result) {
      done.accept(result, null);
    }

    @Override
    public void onException(Throwable e) {
      done.accept(null, e);
    }

    @Override
    public @Nullable Executor getExecutor() {
      return null;
    }
  }

  /** Answers in the thread that has the request, as far as SOFABolt allows it. */
  private static final class Echo extends SyncUserProcessor<byte[]> {
    @Override
    public Object handleRequest(BizContext context, byte[] request) {
      return request;
    }

    @Override
    public String interest() {
      return byte[].class.getName();
    }

    @Override
    public boolean processInIOThread() {
      return true;
    }
  }

  private static final class Identity implements Serializer {
    @Override
    public byte[] serialize(Object value) {
      return (byte[]) value;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T deserialize(byte[] data, String className) {
      return (T) data;
    }
  }
}
