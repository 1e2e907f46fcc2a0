package io.duomesh.transport;

import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.MethodDescriptor.Type;
import io.duomesh.PayloadShape;
import io.duomesh.RpcException;
import io.duomesh.ServerCall;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.ServiceName;
import io.duomesh.Status;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The service behind the contract tests, and the least dispatcher that a transport needs. */
final class ContractService implements ServerTransport.Listener, AutoCloseable {
  /** An exception of the service's own. */
  public static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    public RefusedException(String message) {
      super(message);
    }
  }

  /** A plain value. */
  public static final class Order {
    public String item = "";
    public int count;
    public @Nullable List<String> tags;
  }

  /** A value that no serializer takes. */
  static final class Unwritable {
    final Thread thread = Thread.currentThread();
  }

  static final ServiceName NAME = new ServiceName("test.Contract", null, null, null);

  static final MethodDescriptor ECHO = method("echo", String.class, String.class);
  static final MethodDescriptor ORDER = method("order", Order.class, Order.class);
  static final MethodDescriptor ADD = method("add", long.class, int.class, long.class);
  static final MethodDescriptor ADD_TEXT = method("add", String.class, String.class, String.class);
  static final MethodDescriptor REFUSE = method("refuse", String.class, String.class);
  static final MethodDescriptor FAIL = method("fail", String.class, String.class);
  static final MethodDescriptor HOLD = method("hold", String.class, String.class);
  static final MethodDescriptor NOTHING = method("nothing", void.class);
  static final MethodDescriptor UNWRITABLE = method("unwritable", Object.class);
  static final MethodDescriptor ANYTHING = method("anything", String.class, Object.class);
  static final MethodDescriptor NOTIFY =
      MethodDescriptor.of(NAME, "notify", Type.ONE_WAY, shape(void.class, String.class));
  static final MethodDescriptor BYTES =
      MethodDescriptor.of(NAME, "bytes", Type.UNARY, new PayloadShape.Bytes());

  /** Known to clients, not to the service. */
  static final MethodDescriptor MISSING = method("missing", String.class, String.class);

  private static final List<MethodDescriptor> METHODS =
      List.of(
          ECHO,
          ORDER,
          ADD,
          ADD_TEXT,
          REFUSE,
          FAIL,
          HOLD,
          NOTHING,
          UNWRITABLE,
          ANYTHING,
          NOTIFY,
          BYTES);

  final ServiceDefinition definition =
      new ServiceDefinition(
          NAME,
          METHODS.stream()
              .map(
                  m ->
                      new ServerMethod(
                          m,
                          call ->
                              new ServerCall.Listener() {
                                @Override
                                public void onMessage(@Nullable Object message) {}
                              }))
              .toList(),
          null);
  final ExecutorService executor = Executors.newFixedThreadPool(4);
  final BlockingQueue<String> notified = new LinkedBlockingQueue<>();
  final BlockingQueue<ServerStream> streams = new LinkedBlockingQueue<>();
  final CountDownLatch release = new CountDownLatch(1);
  final AtomicInteger cancelled = new AtomicInteger();

  private static MethodDescriptor method(String name, Class<?> result, Class<?>... parameters) {
    return MethodDescriptor.of(NAME, name, Type.UNARY, shape(result, parameters));
  }

  private static PayloadShape.Arguments shape(Class<?> result, Class<?>... parameters) {
    return new PayloadShape.Arguments(
        Arrays.<java.lang.reflect.Type>asList(parameters),
        Arrays.stream(parameters).map(Class::getName).toList(),
        result,
        List.of(RefusedException.class));
  }

  @Override
  public void onStream(ServerStream stream) {
    if (!stream.service().interfaceName().equals(NAME.interfaceName())) {
      stream.close(
          Status.remote(Status.Code.UNIMPLEMENTED, "no service " + stream.service()),
          Metadata.EMPTY);
      return;
    }
    stream.accept(
        definition,
        new ServerStream.Listener() {
          @Override
          public void onMessage(Payload payload) {
            executor.execute(() -> serve(stream, payload));
          }

          @Override
          public void onCancel() {
            cancelled.incrementAndGet();
          }
        });
  }

  private void serve(ServerStream stream, Payload payload) {
    Metadata trailers = Metadata.EMPTY;
    try {
      Object message = payload.read();
      streams.add(stream);
      ServerMethod method = stream.method();
      if (method == null) {
        throw new IllegalStateException("read, but no method");
      }
      stream.sendHeaders(Metadata.of("answered-by", method.descriptor().name()));
      Object result = answer(method.descriptor(), stream, message);
      stream.send(result);
      stream.close(Status.OK, Metadata.of("done", "yes"));
    } catch (RpcException e) {
      stream.close(e.status(), trailers);
    } catch (Exception e) {
      stream.close(Status.application(e), trailers);
    }
  }

  private @Nullable Object answer(
      MethodDescriptor method, ServerStream stream, @Nullable Object message) throws Exception {
    if (message instanceof byte[] bytes) {
      return bytes;
    }
    Object[] arguments = (Object[]) message;
    switch (method.name()) {
      case "echo":
        String header = stream.metadata().get("Prefix");
        return header == null ? arguments[0] : header + arguments[0];
      case "order":
        ((Order) arguments[0]).count++;
        return arguments[0];
      case "add":
        return method == ADD
            ? (Object) ((Integer) arguments[0] + (Long) arguments[1])
            : "" + arguments[0] + arguments[1];
      case "refuse":
        throw new RefusedException("refused: " + arguments[0]);
      case "fail":
        throw new RpcException(
            Status.remote(Status.Code.FAILED_PRECONDITION, "not now: " + arguments[0]));
      case "hold":
        release.await();
        return arguments[0];
      case "notify":
        notified.add((String) arguments[0]);
        return null;
      case "unwritable":
        return new Unwritable();
      default:
        return null;
    }
  }

  @Override
  public void close() {
    release.countDown();
    executor.shutdown();
  }
}
