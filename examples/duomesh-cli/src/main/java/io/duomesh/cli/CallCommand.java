package io.duomesh.cli;

import io.duomesh.Duomesh;
import io.duomesh.traffic.TrafficSnapshot;
import java.io.PrintStream;
import java.util.List;

/** Calls a method of a service of which no class is at hand. */
final class CallCommand implements Command {
  @Override
  public String name() {
    return "call";
  }

  @Override
  public String usage() {
    return """
        bolt://HOST:PORT|triple://HOST:PORT SERVICE METHOD 'JSON ARRAY' [OPTION]…
          SERVICE                interface[:version[:uniqueId]], or a protobuf service's full name
          --types A,B            the parameters' Java types: int, demo.Order, demo.Order[],
                                 List<demo.Order>, …. Where left out: a string is java.lang.String,
                                 a list java.util.List, an object java.util.Map or what its "class"
                                 says, a truth value boolean, a whole number int, a decimal double;
                                 where the server knows no such method, long, the boxed types and
                                 double or BigDecimal are tried in their place
          --descriptor FILE      calls a protobuf service; a FileDescriptorSet, as written by
                                 protoc --include_imports --descriptor_set_out=FILE
          --group G              Dubbo's group
          --header NAME=VALUE    metadata of the request; may be repeated
          --timeout 500ms        for the whole call; default 10s, 0 for none
        """
        + TlsOptions.USAGE;
  }

  @Override
  public int run(List<String> arguments, PrintStream out, PrintStream err) {
    CallRequest request = CallRequest.of(arguments);
    Callable call = request.descriptor() == null ? JavaCall.of(request) : ProtobufCall.of(request);
    String target = request.address();
    // Bolt's protobuf (codec 11) is no default
    boolean protobuf = request.descriptor() != null && request.protocol().equals("bolt");
    TrafficSnapshot traffic =
        OneServer.traffic(target, request.protocol(), protobuf ? "protobuf" : null, request.tls());
    try (Duomesh duomesh =
        Duomesh.builder()
            .set("duomesh.mode", "proxyless")
            .set("duomesh.client.default-scheme", "") // whatever the environment says
            .traffic(traffic)
            .build()) {
      duomesh.channel(target); // known at the start, so that connecting is not part of the call
      duomesh.start();
      out.println(call.call(duomesh, target));
      return 0;
    } catch (RuntimeException | Error e) { // the service's own exceptions among them
      FailureText.print(e, err);
      return 1;
    }
  }

  /** A call whose arguments are read. */
  @FunctionalInterface
  interface Callable {
    /** Makes the call; its result as JSON, or what it failed with as an exception. */
    String call(Duomesh duomesh, String target);
  }
}
