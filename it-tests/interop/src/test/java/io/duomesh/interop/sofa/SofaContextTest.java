package io.duomesh.interop.sofa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.alipay.sofa.rpc.context.RpcInvokeContext;
import com.alipay.sofa.rpc.core.exception.SofaRpcException;
import com.alipay.sofa.rpc.core.request.SofaRequest;
import com.alipay.sofa.rpc.core.response.SofaResponse;
import com.alipay.sofa.rpc.filter.Filter;
import com.alipay.sofa.rpc.filter.FilterInvoker;
import io.duomesh.CallOptions;
import io.duomesh.ClientCall;
import io.duomesh.ClientOptions;
import io.duomesh.Duomesh;
import io.duomesh.ForwardingClientCall;
import io.duomesh.Metadata;
import io.duomesh.RpcContext;
import io.duomesh.ServiceOptions;
import io.duomesh.Status;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Names, headers, trace context and baggage between SOFARPC and us. */
@Timeout(120)
class SofaContextTest {
  /** Tells what came with its call. */
  public interface Mirror {
    String header(String name);

    String baggage(String name);
  }

  private static final class OurMirror implements Mirror {
    @Override
    public String header(String name) {
      RpcContext.current().addResponseMetadata("rpc_resp_baggage.seen", name);
      return RpcContext.current().requestMetadata().get(name);
    }

    @Override
    public String baggage(String name) {
      return header("rpc_req_baggage." + name);
    }
  }

  private record TheirMirror(String name) implements Mirror {
    @Override
    public String header(String key) {
      return name;
    }

    @Override
    public String baggage(String key) {
      RpcInvokeContext context = RpcInvokeContext.getContext();
      context.putResponseBaggage("seen", key);
      return context.getRequestBaggage(key);
    }
  }

  @RegisterExtension static final SofaPeers PEERS = new SofaPeers();

  @AfterEach
  void forget() {
    RpcInvokeContext.removeContext();
  }

  private static int ourServer() {
    return PEERS
        .ourServer(server -> server.export(Mirror.class, new OurMirror(), ServiceOptions.DEFAULT))
        .port();
  }

  @Test
  void theirBaggageComesAndOursGoesBack() {
    Mirror mirror = PEERS.theirClient(Mirror.class, ourServer()).refer();
    RpcInvokeContext.getContext().putRequestBaggage("lane", "green");
    assertEquals("green", mirror.baggage("lane"));
    assertEquals("rpc_req_baggage.lane", RpcInvokeContext.getContext().getResponseBaggage("seen"));
  }

  @Test
  void ourBaggageComesAndTheirsGoesBack() {
    AtomicReference<Metadata> trailers = new AtomicReference<>();
    Duomesh client =
        PEERS.ourClient(
            PEERS.theirServer(SofaPeers.provider(Mirror.class, new TheirMirror("x"))),
            null,
            builder ->
                builder.clientInterceptor(
                    (invocation, next) -> new Watched(next.newCall(invocation), trailers)));
    Mirror mirror =
        client.with(
            client.client(Mirror.class, SofaPeers.TARGET),
            CallOptions.DEFAULT.withMetadata("rpc_req_baggage.lane", "green"));
    assertEquals("green", mirror.baggage("lane"));
    assertEquals("lane", trailers.get().get("rpc_resp_baggage.seen"));
  }

  private static final class Watched extends ForwardingClientCall {
    private final AtomicReference<Metadata> seen;

    Watched(ClientCall call, AtomicReference<Metadata> seen) {
      super(call);
      this.seen = seen;
    }

    @Override
    public void start(Listener listener) {
      super.start(
          new Listener() {
            @Override
            public void onMessage(Object message) {
              listener.onMessage(message);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
              seen.set(trailers);
              listener.onClose(status, trailers);
            }
          });
    }
  }

  @Test
  void theirFlattenedTraceContextIsMetadata() {
    Mirror mirror = PEERS.theirClient(Mirror.class, ourServer()).refer();
    RpcInvokeContext.getContext().addCustomHeader("rpc_trace_context.sofaTraceId", "c00002021");
    RpcInvokeContext.getContext().addCustomHeader("rpc_trace_context.sofaRpcId", "0.1");
    assertEquals("c00002021", mirror.header("rpc_trace_context.sofaTraceId"));
  }

  @Test
  void theirTraceContextInOneTextIsMetadata() {
    Mirror mirror = PEERS.theirClient(Mirror.class, ourServer()).refer();
    String text = "tcid=c0000202&spid=0.1&pspid=0&sample=true&";
    RpcInvokeContext.getContext().addCustomHeader("new_rpc_trace_context", text);
    assertEquals(text, mirror.header("new_rpc_trace_context"));
  }

  @Test
  void versionAndUniqueIdNameTheService() {
    int port =
        PEERS
            .ourServer(
                server ->
                    server.export(
                        Mirror.class,
                        new OurMirror(),
                        ServiceOptions.DEFAULT.withVersion("2.0").withUniqueId("blue")))
            .port();
    assertNull(
        PEERS
            .theirClient(Mirror.class, port)
            .setVersion("2.0")
            .setUniqueId("blue")
            .refer()
            .header("absent"));
    Mirror other = PEERS.theirClient(Mirror.class, port).setUniqueId("blue").refer();
    assertThrows(SofaRpcException.class, () -> other.header("absent"));
  }

  @Test
  void ourVersionAndUniqueIdNameTheirService() {
    Duomesh client =
        PEERS.ourClient(
            PEERS.theirServer(
                SofaPeers.provider(Mirror.class, new TheirMirror("one")),
                SofaPeers.provider(Mirror.class, new TheirMirror("two")).setVersion("2.0"),
                SofaPeers.provider(Mirror.class, new TheirMirror("blue"))
                    .setVersion("2.0")
                    .setUniqueId("blue")));
    ClientOptions options = ClientOptions.target(SofaPeers.TARGET);
    assertEquals("one", client.client(Mirror.class, options).header(""));
    assertEquals("two", client.client(Mirror.class, options.withVersion("2.0")).header(""));
    assertEquals(
        "blue",
        client.client(Mirror.class, options.withVersion("2.0").withUniqueId("blue")).header(""));
  }

  @Test
  void ourTraceContextReachesThem() {
    Duomesh client =
        PEERS.ourClient(
            PEERS.theirServer(
                SofaPeers.provider(Mirror.class, new TracedMirror())
                    .setFilterRef(List.of(new TraceFilter()))));
    Mirror mirror =
        client.with(
            client.client(Mirror.class, SofaPeers.TARGET),
            CallOptions.DEFAULT
                .withMetadata("rpc_trace_context.sofaTraceId", "c00002021")
                .withMetadata("new_rpc_trace_context", "tcid=c0000202&spid=0.1&"));
    assertEquals("{sofaTraceId=c00002021}", mirror.header("rpc_trace_context"));
    assertEquals("tcid=c0000202&spid=0.1&", mirror.header("new_rpc_trace_context"));
  }

  /** Keeps the properties that their server read from the head. */
  private static final class TraceFilter extends Filter {
    static final AtomicReference<Map<String, Object>> SEEN = new AtomicReference<>();

    @Override
    public SofaResponse invoke(FilterInvoker invoker, SofaRequest request) {
      SEEN.set(new TreeMap<>(request.getRequestProps()));
      return invoker.invoke(request);
    }
  }

  private static final class TracedMirror implements Mirror {
    @Override
    public String header(String name) {
      return String.valueOf(TraceFilter.SEEN.get().get(name));
    }

    @Override
    public String baggage(String name) {
      return "";
    }
  }
}
