package io.duomesh.benchmarks;

import com.alipay.sofa.rpc.common.RpcConfigs;
import com.alipay.sofa.rpc.common.RpcOptions;
import com.alipay.sofa.rpc.config.ConsumerConfig;
import com.alipay.sofa.rpc.config.ProviderConfig;
import com.alipay.sofa.rpc.config.ServerConfig;
import com.alipay.sofa.rpc.context.RpcInvokeContext;
import com.alipay.sofa.rpc.core.exception.SofaRpcException;
import com.alipay.sofa.rpc.core.invoke.SofaResponseCallback;
import com.alipay.sofa.rpc.core.request.RequestBase;
import java.io.IOException;
import java.nio.file.Files;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** SOFARPC as it comes, its tracer included, whose logs go to a directory of their own. */
final class SofaRpcPeer implements Peer {
  private static void prepare() throws IOException {
    System.setProperty("logging.path", Files.createTempDirectory("sofarpc").toString());
    RpcConfigs.putValue(RpcOptions.LOGGER_IMPL, "com.alipay.sofa.rpc.log.SLF4JLoggerImpl");
  }

  @Override
  public int serve(Load load) throws IOException {
    prepare();
    int port = Ports.free();
    ServerConfig server =
        new ServerConfig().setProtocol("bolt").setHost("127.0.0.1").setPort(port).setDaemon(false);
    new ProviderConfig<Echo>()
        .setInterfaceId(Echo.class.getName())
        .setRef(new Echo.Service())
        .setRegister(false)
        .setServer(server)
        .export();
    return port;
  }

  @Override
  public Caller connect(int port, Load load) throws IOException {
    prepare();
    Echo echo =
        new ConsumerConfig<Echo>()
            .setInterfaceId(Echo.class.getName())
            .setProtocol("bolt")
            .setDirectUrl("bolt://127.0.0.1:" + port)
            .setRegister(false)
            .setConnectionNum(load.connections())
            .setTimeout(10_000)
            .setInvokeType("callback")
            .refer();
    Object payload = load.payload().value();
    return done -> {
      try {
        RpcInvokeContext.getContext().setResponseCallback(new Callback(done));
        Object none = Echo.call(echo, payload);
        if (none != null) {
          done.accept(null, new IllegalStateException("answered without a callback: " + none));
        }
      } catch (SofaRpcException e) {
        done.accept(null, e);
      }
    };
  }

  private record Callback(BiConsumer<@Nullable Object, @Nullable Throwable> done)
      implements SofaResponseCallback<Object> {
    @Override
    public void onAppResponse(Object response, String method, RequestBase request) {
      done.accept(response, null);
    }

    @Override
    public void onAppException(Throwable thrown, String method, RequestBase request) {
      done.accept(null, thrown);
    }

    @Override
    public void onSofaException(SofaRpcException thrown, String method, RequestBase request) {
      done.accept(null, thrown);
    }
  }
}
