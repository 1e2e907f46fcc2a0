package io.duomesh.transport.bolt;

import com.google.protobuf.StringValue;
import demo.api.BizException;
import demo.api.Pojo;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.RpcException;
import io.duomesh.ServerCall;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.ServiceName;
import io.duomesh.Status;
import io.duomesh.transport.Payload;
import io.duomesh.transport.ServerStream;
import io.duomesh.transport.ServerTransport;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** The services that were captured, answering as they did. */
final class DemoService implements ServerTransport.Listener {
  static final MethodDescriptor ECHO = method("echo", String.class, String.class);
  static final MethodDescriptor POJO = method("pojo", Pojo.class, Pojo.class);
  static final MethodDescriptor FAIL = method("fail", String.class, String.class);
  static final MethodDescriptor PING = method("ping", void.class);
  static final MethodDescriptor SUM =
      method("sum", long.class, int.class, long.class, Integer.class);
  static final MethodDescriptor KINDS = method("kinds", Map.class, Map.class, List.class);
  static final MethodDescriptor UP = message("up");
  static final MethodDescriptor BOOM = message("boom");

  private static final List<MethodDescriptor> ECHO_METHODS =
      List.of(ECHO, POJO, FAIL, PING, SUM, KINDS);

  final List<ServiceDefinition> services =
      List.of(
          service("demo.api.EchoService:1.0", ECHO_METHODS),
          service("demo.api.EchoService:2.0", ECHO_METHODS),
          service("demo.api.EchoService:1.0:blue", ECHO_METHODS),
          service("demo.api.PbService:1.0", List.of(UP, BOOM)));
  final AtomicInteger calls = new AtomicInteger();

  private static MethodDescriptor method(String name, Class<?> result, Class<?>... parameters) {
    return MethodDescriptor.of(
        ServiceName.parse("demo.api.EchoService"),
        name,
        MethodDescriptor.Type.UNARY,
        new PayloadShape.Arguments(
            Arrays.<Type>asList(parameters),
            Arrays.stream(parameters).map(Class::getName).toList(),
            result,
            List.of(BizException.class)));
  }

  private static MethodDescriptor message(String name) {
    return MethodDescriptor.of(
        ServiceName.parse("demo.api.PbService"),
        name,
        MethodDescriptor.Type.UNARY,
        new PayloadShape.Message(StringValue.class, StringValue.class));
  }

  private static ServiceDefinition service(String name, List<MethodDescriptor> methods) {
    return new ServiceDefinition(
        ServiceName.parse(name),
        methods.stream()
            .map(
                method ->
                    new ServerMethod(
                        method,
                        call ->
                            new ServerCall.Listener() {
                              @Override
                              public void onMessage(Object message) {}
                            }))
            .toList(),
        null);
  }

  @Override
  public void onStream(ServerStream stream) {
    calls.incrementAndGet();
    for (ServiceDefinition service : services) {
      if (service.name().boltName().equals(stream.service().boltName())) {
        stream.accept(service, payload -> serve(stream, payload));
        return;
      }
    }
    stream.close(
        Status.remote(Status.Code.UNIMPLEMENTED, "no service " + stream.service()), Metadata.EMPTY);
  }

  private static void serve(ServerStream stream, Payload payload) {
    try {
      Object message = payload.read();
      stream.send(answer(stream.descriptor(), message));
      stream.close(Status.OK, Metadata.EMPTY);
    } catch (RpcException e) {
      stream.close(e.status(), Metadata.EMPTY);
    } catch (Exception e) {
      stream.close(Status.application(e), Metadata.EMPTY);
    }
  }

  private static Object answer(MethodDescriptor method, Object message) throws Exception {
    if (method == UP) {
      return StringValue.of(((StringValue) message).getValue().toUpperCase(Locale.ROOT));
    }
    if (method == BOOM) {
      throw new IllegalStateException("pb boom");
    }
    Object[] arguments = (Object[]) message;
    switch (method.name()) {
      case "echo":
        return arguments[0] == null
            ? "was-null"
            : arguments[0].equals("n:") ? null : "echo:" + arguments[0];
      case "pojo":
        Pojo pojo = (Pojo) arguments[0];
        pojo.age(pojo.age() + 1);
        return pojo;
      case "fail":
        throw new BizException("biz failed: " + arguments[0], "E42");
      case "sum":
        return (Integer) arguments[0] + (Long) arguments[1] + (Integer) arguments[2];
      case "kinds":
        Map<String, Object> both = new LinkedHashMap<>();
        both.put("m", arguments[0]);
        both.put("n", new ArrayList<>((List<?>) arguments[1]).size());
        return both;
      default:
        return null;
    }
  }
}
