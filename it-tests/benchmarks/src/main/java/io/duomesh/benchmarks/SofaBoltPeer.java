package io.duomesh.benchmarks;

import com.alipay.remoting.BizContext;
import com.alipay.remoting.InvokeCallback;
import com.alipay.remoting.config.Configs;
import com.alipay.remoting.rpc.RpcClient;
import com.alipay.remoting.rpc.RpcConfigs;
import com.alipay.remoting.rpc.RpcServer;
import com.alipay.remoting.rpc.protocol.SyncUserProcessor;
import com.alipay.remoting.serialization.Serializer;
import com.alipay.remoting.serialization.SerializerManager;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** SOFABolt as it comes; for byte arrays with a serializer that passes them on as they are. */
final class SofaBoltPeer implements Peer {
  private static final byte IDENTITY = 2;

  private static void serializeBytesAsTheyAre(Load load) {
    if (load.payload() == Payload.BYTES) {
      System.setProperty(Configs.SERIALIZER, String.valueOf(IDENTITY));
      SerializerManager.addSerializer(IDENTITY, new Identity());
    }
  }

  @Override
  public int serve(Load load) throws Exception {
    serializeBytesAsTheyAre(load);
    int port = Ports.free();
    RpcServer server = new RpcServer("127.0.0.1", port);
    server.registerUserProcessor(new EchoProcessor(load.payload().value().getClass().getName()));
    server.startup();
    return port;
  }

  @Override
  public Caller connect(int port, Load load) throws Exception {
    serializeBytesAsTheyAre(load);
    RpcClient client = new RpcClient();
    client.startup();
    Object payload = load.payload().value();
    String address =
        "127.0.0.1:"
            + port
            + "?"
            + RpcConfigs.CONNECTION_NUM_KEY
            + "="
            + load.connections()
            + "&"
            + RpcConfigs.CONNECTION_WARMUP_KEY
            + "=true";
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

  private static final class EchoProcessor extends SyncUserProcessor<Object> {
    private final String interest;

    EchoProcessor(String interest) {
      this.interest = interest;
    }

    @Override
    public Object handleRequest(BizContext context, Object request) {
      return request;
    }

    @Override
    public String interest() {
      return interest;
    }
  }

  private static final class Identity implements Serializer {
    @Override
    public byte[] serialize(Object value) {
      return (byte[]) value;
    }

    @Override
    @SuppressWarnings("unchecked") // only byte arrays are sent
    public <T> T deserialize(byte[] data, String className) {
      return (T) data;
    }
  }
}
