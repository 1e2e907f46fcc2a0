package io.duomesh.interop.sofa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.alipay.remoting.BizContext;
import com.alipay.remoting.rpc.RpcClient;
import com.alipay.remoting.rpc.RpcServer;
import com.alipay.remoting.rpc.exception.InvokeServerException;
import com.alipay.remoting.rpc.protocol.SyncUserProcessor;
import com.alipay.sofa.rpc.api.GenericService;
import com.alipay.sofa.rpc.config.ProviderConfig;
import com.alipay.sofa.rpc.context.RpcInvokeContext;
import com.alipay.sofa.rpc.core.exception.RpcErrorType;
import com.alipay.sofa.rpc.core.exception.SofaRpcException;
import com.google.protobuf.StringValue;
import io.duomesh.Duomesh;
import io.duomesh.ForwardingHandler;
import io.duomesh.MethodDescriptor.Type;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.ServiceName;
import io.duomesh.transport.BoltProcessor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A proxy of ours between SOFARPC's clients and servers: it has none of their classes. */
@Timeout(120)
class SofaProxyTest {
  /** Behind the proxy. */
  public interface Depot {
    Item store(Item item, int count) throws FullException;

    String note(String text);

    void tell(String text);

    Object odd();
  }

  /** A service of messages. */
  public interface Greeter {
    StringValue greet(StringValue name);
  }

  /** A value. */
  public static final class Item {
    private String name;
    private int count;
    private List<Item> parts = new ArrayList<>();

    public Item() {}

    Item(String name) {
      this.name = name;
    }

    public String getName() {
      return name;
    }

    public void setName(String name) {
      this.name = name;
    }
  }

  /** An exception. */
  public static final class FullException extends Exception {
    private static final long serialVersionUID = 1L;
    private int room;

    public FullException(String message) {
      super(message);
      room = 3;
    }
  }

  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  private final class Cellar implements Depot {
    @Override
    public Item store(Item item, int count) throws FullException {
      if (count > 100) {
        throw new FullException("only three fit");
      }
      item.count = count;
      item.parts.add(new Item("lid"));
      return item;
    }

    @Override
    public String note(String text) {
      if (text.isEmpty()) {
        throw new IllegalStateException("nothing to note");
      }
      RpcInvokeContext context = RpcInvokeContext.getContext();
      context.putResponseBaggage("seen", String.valueOf(context.getRequestBaggage("lane")));
      return text;
    }

    @Override
    public void tell(String text) {
      told.add(text);
    }

    @Override
    public Object odd() {
      return Thread.currentThread(); // nothing that could be sent
    }
  }

  @RegisterExtension static final SofaPeers PEERS = new SofaPeers();

  @AfterEach
  void forget() {
    RpcInvokeContext.removeContext();
  }

  /** A proxy of everything to one port, on the thread that reads. */
  static int proxyTo(int port) {
    Duomesh onward = PEERS.ourClient(port);
    ServiceDefinition any =
        new ServiceDefinition(
            ServiceName.ANY,
            List.of(
                new ServerMethod(
                    BoltProcessor.forwarded(ServiceName.ANY, "*", Type.UNARY),
                    ForwardingHandler.to(onward.channel(SofaPeers.TARGET), SofaPeers.TARGET))),
            Runnable::run);
    return PEERS.ourServer(server -> server.export(any)).port();
  }

  private int proxy() {
    ProviderConfig<Greeter> greeter =
        SofaPeers.provider(
            Greeter.class,
            name -> {
              if (name.getValue().equals("nobody")) {
                throw new IllegalArgumentException("nobody is here");
              }
              return StringValue.of("hello " + name.getValue());
            });
    return proxyTo(PEERS.theirServer(SofaPeers.provider(Depot.class, new Cellar()), greeter));
  }

  @Test
  void objectsAndExceptionsPass() throws Exception {
    Depot depot = PEERS.theirClient(Depot.class, proxy()).refer();
    Item stored = depot.store(new Item("barrel"), 2);
    assertEquals("barrel", stored.name);
    assertEquals(2, stored.count);
    assertEquals("lid", stored.parts.get(0).name);
    FullException full = assertThrows(FullException.class, () -> depot.store(new Item("x"), 101));
    assertEquals("only three fit", full.getMessage());
    assertEquals(3, full.room);
    IllegalStateException nothing = assertThrows(IllegalStateException.class, () -> depot.note(""));
    assertEquals("nothing to note", nothing.getMessage());
    String large = "x".repeat(5 << 20);
    assertEquals(large, depot.note(large));
  }

  @Test
  void baggagePassesBothWays() {
    Depot depot = PEERS.theirClient(Depot.class, proxy()).refer();
    RpcInvokeContext.getContext().putRequestBaggage("lane", "green");
    assertEquals("x", depot.note("x"));
    assertEquals("green", RpcInvokeContext.getContext().getResponseBaggage("seen"));
  }

  @Test
  void protobufAndJsonPass() {
    int port = proxy();
    Greeter greeter = PEERS.theirClient(Greeter.class, port).setSerialization("protobuf").refer();
    assertEquals("hello Ada", greeter.greet(StringValue.of("Ada")).getValue());
    SofaRpcException nobody =
        assertThrows(SofaRpcException.class, () -> greeter.greet(StringValue.of("nobody")));
    assertTrue(nobody.getMessage().contains("nobody is here"), nobody::getMessage);
    Depot depot = PEERS.theirClient(Depot.class, port).setSerialization("json").refer();
    assertEquals("héllo 😀", depot.note("héllo 😀"));
    SofaRpcException nothing = assertThrows(SofaRpcException.class, () -> depot.note(""));
    assertTrue(nothing.getMessage().contains("nothing to note"), nothing::getMessage);
  }

  @Test
  void oneWayAndGenericCallsPass() throws Exception {
    int port = proxy();
    PEERS.theirClient(Depot.class, port).setInvokeType("oneway").refer().tell("quietly");
    assertEquals("quietly", told.poll(60, TimeUnit.SECONDS));
    GenericService generic =
        PEERS
            .theirClient(GenericService.class, port)
            .setInterfaceId(Depot.class.getName())
            .setGeneric(true)
            .refer();
    assertEquals(
        "x", generic.$invoke("note", new String[] {"java.lang.String"}, new Object[] {"x"}));
    assertNull(generic.$invoke("tell", new String[] {"java.lang.String"}, new Object[] {"x"}));
  }

  @Test
  void whatTheServerRefusesIsRefused() {
    int port = proxy();
    Depot other = PEERS.theirClient(Depot.class, port).setUniqueId("absent").refer();
    SofaRpcException unknown = assertThrows(SofaRpcException.class, () -> other.note("x"));
    assertTrue(unknown.getMessage().contains("RPC-020100010"), unknown::getMessage);
    Depot depot = PEERS.theirClient(Depot.class, port).refer();
    SofaRpcException refused = assertThrows(SofaRpcException.class, depot::odd);
    assertEquals(RpcErrorType.SERVER_SERIALIZE, refused.getErrorType(), refused::toString);
  }

  @Test
  void callersOfAServerThatIsGoneAreTold() {
    Depot depot = PEERS.theirClient(Depot.class, proxyTo(SofaPeers.freePort())).refer();
    SofaRpcException gone = assertThrows(SofaRpcException.class, () -> depot.note("x"));
    // not processed: their failover may try another provider
    assertEquals(RpcErrorType.SERVER_BUSY, gone.getErrorType(), gone::toString);
  }

  @Test
  void plainBoltPasses() throws Exception {
    RpcServer server = new RpcServer("127.0.0.1", SofaPeers.freePort());
    server.registerUserProcessor(
        new SyncUserProcessor<String>() {
          @Override
          public Object handleRequest(BizContext context, String request) {
            if (request.equals("fail")) {
              throw new IllegalStateException("cannot say");
            }
            return request.equals("nothing") ? null : request + "!";
          }

          @Override
          public String interest() {
            return String.class.getName();
          }
        });
    server.startup();
    PEERS.closeLater(server::shutdown);
    String address = "127.0.0.1:" + proxyTo(server.port());
    RpcClient client = new RpcClient();
    client.startup();
    PEERS.closeLater(client::shutdown);
    assertEquals("hi!", client.invokeSync(address, "hi", 30_000));
    assertNull(client.invokeSync(address, "nothing", 30_000));
    InvokeServerException thrown =
        assertThrows(InvokeServerException.class, () -> client.invokeSync(address, "fail", 30_000));
    assertInstanceOf(Throwable.class, thrown.getCause());
    assertTrue(thrown.getCause().getMessage().contains("cannot say"), thrown::toString);
  }
}
