package io.duomesh.interop.sofa;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.alipay.remoting.BizContext;
import com.alipay.remoting.Connection;
import com.alipay.remoting.InvokeCallback;
import com.alipay.remoting.exception.RemotingException;
import com.alipay.remoting.rpc.RpcClient;
import com.alipay.remoting.rpc.RpcServer;
import com.alipay.remoting.rpc.exception.InvokeServerException;
import com.alipay.remoting.rpc.protocol.SyncUserProcessor;
import io.duomesh.CallOptions;
import io.duomesh.Channel;
import io.duomesh.ClientCall;
import io.duomesh.Deadline;
import io.duomesh.Duomesh;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.RpcException;
import io.duomesh.ServerHandler;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.transport.BoltMessage;
import io.duomesh.transport.BoltProcessor;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** SOFABolt without SOFARPC: user processors, theirs and ours. */
@Timeout(120)
class PlainBoltTest {
  /** A request. */
  public static final class Ask implements Serializable {
    private static final long serialVersionUID = 1L;
    private String text;
    private List<String> more = new ArrayList<>();

    public Ask() {}

    Ask(String text) {
      this.text = text;
    }
  }

  /** A response. */
  public static final class Told implements Serializable {
    private static final long serialVersionUID = 1L;
    private String text;
    private Ask about;

    public Told() {}

    Told(String text, Ask about) {
      this.text = text;
      this.about = about;
    }
  }

  static final MethodDescriptor ASK = BoltProcessor.of(Ask.class, Told.class);

  @RegisterExtension static final SofaPeers PEERS = new SofaPeers();

  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

  // ---- calls by descriptor

  static CompletableFuture<Object> call(Channel channel, MethodDescriptor method, Object message) {
    return call(channel, method, message, Duration.ofSeconds(30));
  }

  static CompletableFuture<Object> call(
      Channel channel, MethodDescriptor method, Object message, Duration timeout) {
    CompletableFuture<Object> result = new CompletableFuture<>();
    ClientCall call =
        channel.newCall(
            Invocation.of(
                method,
                SofaPeers.TARGET,
                Metadata.EMPTY,
                CallOptions.DEFAULT,
                Deadline.after(timeout)));
    call.start(
        new ClientCall.Listener() {
          private Object response;

          @Override
          public void onMessage(Object message) {
            response = message;
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            if (status.isOk()) {
              result.complete(response);
            } else {
              result.completeExceptionally(new RpcException(status, trailers));
            }
          }
        });
    call.send(message);
    return result;
  }

  private static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(60, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw new AssertionError(e);
    } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  // ---- our client, their server

  private final class Answering extends SyncUserProcessor<Ask> {
    @Override
    public Object handleRequest(BizContext context, Ask request) throws Exception {
      seen.add(request.text);
      if (request.text.equals("fail")) {
        throw new IllegalStateException("cannot say");
      }
      return request.text.equals("nothing") ? null : new Told("told " + request.text, request);
    }

    @Override
    public String interest() {
      return Ask.class.getName();
    }
  }

  private int theirServer(com.alipay.remoting.rpc.protocol.UserProcessor<?>... processors) {
    RpcServer server = new RpcServer("127.0.0.1", SofaPeers.freePort());
    for (com.alipay.remoting.rpc.protocol.UserProcessor<?> each : processors) {
      server.registerUserProcessor(each);
    }
    server.startup();
    PEERS.closeLater(server::shutdown);
    return server.port();
  }

  @Test
  void ourClientCallsTheirProcessor() {
    Channel channel = PEERS.ourClient(theirServer(new Answering())).channel(SofaPeers.TARGET);
    Ask ask = new Ask("time");
    ask.more.add("now");
    Told told = (Told) await(call(channel, ASK, ask));
    assertEquals("told time", told.text);
    assertEquals(List.of("now"), told.about.more);
    assertNull(await(call(channel, ASK, new Ask("nothing"))));
  }

  @Test
  void ourClientIsToldWhatTheirProcessorThrew() {
    Channel channel = PEERS.ourClient(theirServer(new Answering())).channel(SofaPeers.TARGET);
    RpcException thrown =
        assertThrows(RpcException.class, () -> await(call(channel, ASK, new Ask("fail"))));
    assertEquals(Code.INTERNAL, thrown.status().code());
    assertTrue(thrown.getMessage().contains("cannot say"), thrown::getMessage);
    MethodDescriptor unknown = BoltProcessor.of(Told.class, Ask.class);
    RpcException none =
        assertThrows(
            RpcException.class, () -> await(call(channel, unknown, new Told("x", new Ask("y")))));
    assertEquals(Code.INTERNAL, none.status().code());
  }

  @Test
  void ourClientCallsTheirProcessorOneWay() throws Exception {
    Channel channel = PEERS.ourClient(theirServer(new Answering())).channel(SofaPeers.TARGET);
    await(call(channel, BoltProcessor.oneWay(Ask.class), new Ask("just so")));
    assertEquals("just so", seen.poll(30, TimeUnit.SECONDS));
  }

  @Test
  void ourClientSendsBytesOfItsOwn() {
    Channel channel =
        PEERS
            .ourClient(
                theirServer(
                    new SyncUserProcessor<String>() {
                      @Override
                      public Object handleRequest(BizContext context, String request) {
                        return request + "!";
                      }

                      @Override
                      public String interest() {
                        return String.class.getName();
                      }
                    }))
            .channel(SofaPeers.TARGET);
    MethodDescriptor method = BoltProcessor.of(String.class.getName());
    BoltMessage answer =
        (BoltMessage)
            await(
                call(
                    channel,
                    method,
                    BoltMessage.of(
                        "java.lang.String",
                        BoltMessage.HESSIAN,
                        new byte[0],
                        new byte[] {2, 'h', 'i'})));
    assertEquals("java.lang.String", answer.className());
    assertArrayEquals(new byte[] {3, 'h', 'i', '!'}, answer.content());
    RpcException thrown =
        assertThrows(
            RpcException.class,
            () ->
                await(
                    call(
                        channel,
                        method,
                        BoltMessage.of(
                            "java.lang.String",
                            BoltMessage.HESSIAN,
                            new byte[0],
                            new byte[] {0x43}))));
    assertEquals(Code.INVALID_ARGUMENT, thrown.status().code());
  }

  // ---- their client, our server

  /** Answers each request by a function, on the call's thread. */
  static ServerHandler answering(Function<Object, Object> function) {
    return call ->
        request -> {
          Object answer;
          try {
            answer = function.apply(request);
          } catch (RuntimeException e) {
            call.close(Status.of(e), Metadata.EMPTY);
            return;
          }
          if (call.method().type() != MethodDescriptor.Type.ONE_WAY) {
            call.send(answer);
          }
          call.close(Status.OK, Metadata.EMPTY);
        };
  }

  static ServiceDefinition service(MethodDescriptor method, ServerHandler handler) {
    return new ServiceDefinition(
        method.service(), List.of(new ServerMethod(method, handler)), null);
  }

  private int ourServer() {
    return PEERS
        .ourServer(
            server ->
                server.export(
                    service(
                        ASK,
                        answering(
                            request -> {
                              Ask ask = (Ask) request;
                              seen.add(ask.text);
                              if (ask.text.equals("fail")) {
                                throw new IllegalStateException("cannot say");
                              }
                              return ask.text.equals("nothing")
                                  ? null
                                  : new Told("told " + ask.text, ask);
                            }))))
        .port();
  }

  private RpcClient theirClient() {
    RpcClient client = new RpcClient();
    client.startup();
    PEERS.closeLater(client::shutdown);
    return client;
  }

  @Test
  void theirClientCallsOurProcessor() throws Exception {
    String address = "127.0.0.1:" + ourServer();
    RpcClient client = theirClient();
    Told told = (Told) client.invokeSync(address, new Ask("time"), 30_000);
    assertEquals("told time", told.text);
    assertEquals("time", told.about.text);
    assertNull(client.invokeSync(address, new Ask("nothing"), 30_000));
    Told later = (Told) client.invokeWithFuture(address, new Ask("later"), 30_000).get();
    assertEquals("told later", later.text);
    CompletableFuture<Object> called = new CompletableFuture<>();
    client.invokeWithCallback(
        address,
        new Ask("call"),
        new InvokeCallback() {
          @Override
          public void onResponse(Object result) {
            called.complete(result);
          }

          @Override
          public void onException(Throwable e) {
            called.completeExceptionally(e);
          }

          @Override
          public Executor getExecutor() {
            return null;
          }
        },
        30_000);
    assertEquals("told call", ((Told) called.get(60, TimeUnit.SECONDS)).text);
    seen.clear();
    client.oneway(address, new Ask("just so"));
    assertEquals("just so", seen.poll(60, TimeUnit.SECONDS));
  }

  @Test
  void theirClientIsToldWhatOurProcessorThrew() throws Exception {
    String address = "127.0.0.1:" + ourServer();
    RpcClient client = theirClient();
    InvokeServerException thrown =
        assertThrows(
            InvokeServerException.class, () -> client.invokeSync(address, new Ask("fail"), 30_000));
    assertTrue(thrown.getCause().getMessage().contains("cannot say"), thrown::toString);
    InvokeServerException unknown =
        assertThrows(
            InvokeServerException.class,
            () -> client.invokeSync(address, new Told("x", null), 30_000));
    assertTrue(unknown.getCause().getMessage().contains(Told.class.getName()), unknown::toString);
  }

  // ---- calls of servers to their clients

  private static final class Remembering extends SyncUserProcessor<Ask> {
    final CompletableFuture<Connection> connection = new CompletableFuture<>();

    @Override
    public Object handleRequest(BizContext context, Ask request) {
      connection.complete(context.getConnection());
      return new Told("remembered", request);
    }

    @Override
    public String interest() {
      return Ask.class.getName();
    }
  }

  private Object calledBack(boolean allowed) throws Exception {
    RpcServer server = new RpcServer("127.0.0.1", SofaPeers.freePort(), true);
    Remembering processor = new Remembering();
    server.registerUserProcessor(processor);
    server.startup();
    PEERS.closeLater(server::shutdown);
    MethodDescriptor upper = BoltProcessor.of(Told.class, String.class);
    Duomesh client =
        PEERS.ourClient(
            server.port(),
            null,
            settings ->
                settings
                    .set("duomesh.client.serve-callbacks", String.valueOf(allowed))
                    .set("duomesh.server.port", "0")
                    .set("duomesh.server.address", "127.0.0.1"));
    client.export(service(upper, answering(told -> "heard " + ((Told) told).text)));
    await(call(client.channel(SofaPeers.TARGET), ASK, new Ask("hello")));
    Connection connection = processor.connection.get(30, TimeUnit.SECONDS);
    return server.invokeSync(connection, new Told("news", null), 30_000);
  }

  @Test
  void theirServerCallsOurClient() throws Exception {
    assertEquals("heard news", calledBack(true));
  }

  @Test
  void theirServerIsRefusedWhereNobodyMayCallBack() {
    assertThrows(RemotingException.class, () -> calledBack(false));
  }

  @Test
  void ourServerCallsTheirClient() throws Exception {
    CompletableFuture<Channel> caller = new CompletableFuture<>();
    int port =
        PEERS
            .ourServer(
                server ->
                    server.export(
                        service(
                            ASK,
                            call -> {
                              caller.complete(call.caller());
                              return answering(ask -> new Told("remembered", (Ask) ask))
                                  .start(call);
                            })))
            .port();
    RpcClient client = new RpcClient(); // closed below
    client.startup();
    client.registerUserProcessor(
        new SyncUserProcessor<Told>() {
          @Override
          public Object handleRequest(BizContext context, Told request) {
            if (request.text.equals("fail")) {
              throw new IllegalStateException("did not hear");
            }
            return "heard " + request.text;
          }

          @Override
          public String interest() {
            return Told.class.getName();
          }
        });
    client.invokeSync("127.0.0.1:" + port, new Ask("hello"), 30_000);
    Channel back = caller.get(30, TimeUnit.SECONDS);
    MethodDescriptor tell = BoltProcessor.of(Told.class, String.class);
    assertEquals("heard news", await(call(back, tell, new Told("news", null))));
    RpcException thrown =
        assertThrows(RpcException.class, () -> await(call(back, tell, new Told("fail", null))));
    assertTrue(thrown.getMessage().contains("did not hear"), thrown::getMessage);
    List<CompletableFuture<Object>> many = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      many.add(call(back, tell, new Told("news " + i, null)));
    }
    for (int i = 0; i < 100; i++) {
      assertEquals("heard news " + i, await(many.get(i)));
    }
    client.shutdown();
    RpcException gone =
        assertThrows(RpcException.class, () -> await(call(back, tell, new Told("late", null))));
    assertEquals(Code.UNAVAILABLE, gone.status().code());
  }

  @Test
  void ourServerCallsOurClient() throws Exception {
    CompletableFuture<Channel> caller = new CompletableFuture<>();
    int port =
        PEERS
            .ourServer(
                server ->
                    server.export(
                        service(
                            ASK,
                            call -> {
                              caller.complete(call.caller());
                              return answering(ask -> new Told("remembered", (Ask) ask))
                                  .start(call);
                            })))
            .port();
    MethodDescriptor tell = BoltProcessor.of(Told.class, String.class);
    Duomesh client =
        PEERS.ourClient(
            port,
            null,
            settings ->
                settings
                    .set("duomesh.client.serve-callbacks", "true")
                    .set("duomesh.server.port", "0")
                    .set("duomesh.server.address", "127.0.0.1"));
    client.export(service(tell, answering(told -> "heard " + ((Told) told).text)));
    await(call(client.channel(SofaPeers.TARGET), ASK, new Ask("hello")));
    Channel back = caller.get(30, TimeUnit.SECONDS);
    assertEquals("heard news", await(call(back, tell, new Told("news", null))));
    assertThrows(
        RpcException.class,
        () -> await(call(back, BoltProcessor.of(Ask.class, Told.class), new Ask("unknown"))));
  }
}
