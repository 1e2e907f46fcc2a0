package io.duomesh.cli;

import io.duomesh.Duomesh;
import io.duomesh.GenericClient;
import io.duomesh.RpcException;
import io.duomesh.Status;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call of a Java interface's method. */
final class JavaCall implements CallCommand.Callable {
  private final CallRequest request;
  private final List<Attempt> attempts;

  private record Attempt(List<String> types, List<@Nullable Object> arguments) {}

  private JavaCall(CallRequest request, List<Attempt> attempts) {
    this.request = request;
    this.attempts = attempts;
  }

  /**
   * A call with arguments of the types said, or of those guessed.
   *
   * @throws IllegalArgumentException if an argument is not of its type
   */
  static JavaCall of(CallRequest request) {
    List<List<TypeName>> types =
        request.types() != null ? List.of(request.types()) : Guesses.of(request.arguments());
    return new JavaCall(request, types.stream().map(each -> attempt(request, each)).toList());
  }

  private static Attempt attempt(CallRequest request, List<TypeName> types) {
    List<@Nullable Object> arguments = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      String where = "argument " + (i + 1);
      arguments.add(JavaValues.of(request.arguments().get(i), types.get(i), where));
    }
    return new Attempt(types.stream().map(TypeName::wireName).toList(), arguments);
  }

  @Override
  public String call(Duomesh duomesh, String target) {
    GenericClient client = duomesh.generic(target);
    RpcException first = null;
    for (Attempt attempt : attempts) {
      try {
        return ResultJson.text(
            client.invoke(
                request.service(),
                request.method(),
                attempt.types(),
                attempt.arguments(),
                request.options()));
      } catch (RpcException e) {
        if (request.types() != null || !isNoSuchMethod(e.status())) {
          throw e;
        }
        first = first == null ? e : first;
      }
    }
    if (first == null) {
      throw new IllegalStateException("no attempt");
    }
    Status status = first.status();
    throw new RpcException(
        status.withMessage(
            status.message()
                + "; the types were guessed ("
                + attempts.size()
                + " tried): if the service is there, say --types"),
        first.trailers());
  }

  /** Whether nothing was called, for want of a method of these types. */
  private static boolean isNoSuchMethod(Status status) {
    // the second is how Dubbo's server says it where a method is overloaded
    return status.code() == Status.Code.UNIMPLEMENTED
        || (status.origin() == Status.Origin.REMOTE
            && status.message().contains("unimplemented method:"));
  }
}
