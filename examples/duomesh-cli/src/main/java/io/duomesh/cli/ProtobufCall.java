package io.duomesh.cli;

import com.google.protobuf.Descriptors;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import io.duomesh.ClientCall;
import io.duomesh.Deadline;
import io.duomesh.Duomesh;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.RpcException;
import io.duomesh.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A call of a protobuf service's method, known by a descriptor file. */
final class ProtobufCall implements CallCommand.Callable {
  private final CallRequest request;
  private final Descriptors.MethodDescriptor method;
  private final DynamicMessage message;
  private final TypeRegistry types;

  private ProtobufCall(
      CallRequest request,
      Descriptors.MethodDescriptor method,
      DynamicMessage message,
      TypeRegistry types) {
    this.request = request;
    this.method = method;
    this.message = message;
    this.types = types;
  }

  /**
   * A call with the message that the arguments stand for.
   *
   * @throws IllegalArgumentException if the file does not describe it so
   */
  static ProtobufCall of(CallRequest request) {
    DescriptorFile file =
        DescriptorFile.read(Path.of(Objects.requireNonNull(request.descriptor())));
    Descriptors.MethodDescriptor method =
        file.method(request.service().interfaceName(), request.method());
    if (method.isClientStreaming() || method.isServerStreaming()) {
      throw new IllegalArgumentException(
          method.getFullName() + " streams (expected: one request, one response)");
    }
    if (request.arguments().size() > 1) {
      throw new IllegalArgumentException(
          request.arguments().size()
              + " arguments (expected: one, a "
              + method.getInputType().getFullName()
              + ")");
    }
    TypeRegistry types = file.types();
    DynamicMessage.Builder message = DynamicMessage.newBuilder(method.getInputType());
    try {
      if (!request.arguments().isEmpty()) {
        JsonFormat.parser()
            .usingTypeRegistry(types)
            .merge(request.arguments().get(0).toString(), message);
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("argument 1: " + e.getMessage(), e);
    }
    return new ProtobufCall(request, method, message.build(), types);
  }

  @Override
  public String call(Duomesh duomesh, String target) {
    MethodDescriptor descriptor =
        MethodDescriptor.of(
            request.service(),
            request.method(),
            MethodDescriptor.Type.UNARY,
            new PayloadShape.Bytes());
    Duration timeout = Objects.requireNonNull(request.options().timeout());
    Invocation invocation =
        Invocation.of(
            descriptor,
            request.address(),
            request.options().metadata(),
            request.options(),
            timeout.isZero() ? Deadline.NONE : Deadline.after(timeout));
    Answer answer = new Answer();
    ClientCall call = duomesh.channel(target).newCall(invocation);
    call.start(answer);
    call.send(message.toByteArray());
    try {
      return JsonFormat.printer()
          .usingTypeRegistry(types)
          .omittingInsignificantWhitespace()
          .print(DynamicMessage.parseFrom(method.getOutputType(), answer.bytes()));
    } catch (InvalidProtocolBufferException e) {
      throw new RpcException(
          Status.local(
                  Status.Code.INTERNAL,
                  "the answer is no "
                      + method.getOutputType().getFullName()
                      + ": "
                      + e.getMessage())
              .withUnprocessed(false));
    }
  }

  /** Waits for the call, which ends within its deadline. */
  private static final class Answer implements ClientCall.Listener {
    private final CompletableFuture<byte[]> ended = new CompletableFuture<>();
    private byte[] bytes = {};

    @Override
    public void onMessage(@Nullable Object message) {
      bytes = (byte[]) Objects.requireNonNull(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (status.isOk()) {
        ended.complete(bytes);
      } else {
        ended.completeExceptionally(new RpcException(status, trailers));
      }
    }

    byte[] bytes() {
      try {
        return ended.join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof RpcException failed ? failed : e;
      }
    }
  }
}
