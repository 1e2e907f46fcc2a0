package io.duomesh;

import org.jspecify.annotations.Nullable;

/**
 * Serves calls by making the same calls elsewhere: a proxy or gateway. Method, metadata and
 * deadline are passed on; messages are whatever the method's shape makes of them, so that a method
 * whose messages are bytes costs no decoding. A caller that leaves cancels the call behind. Never
 * blocks: the service may run on the connection's thread ({@code Runnable::run}).
 *
 * <p>For methods of one request; streams are refused as {@code UNIMPLEMENTED}.
 */
public final class ForwardingHandler implements ServerHandler {
  private final Channel channel;
  private final String authority;

  private ForwardingHandler(Channel channel, String authority) {
    this.channel = channel;
    this.authority = authority;
  }

  /**
   * A handler that forwards.
   *
   * @param channel where calls go, such as {@link Duomesh#channel}
   * @param authority what routes match: the target's name
   */
  public static ForwardingHandler to(Channel channel, String authority) {
    return new ForwardingHandler(channel, authority);
  }

  @Override
  public ServerCall.Listener start(ServerCall call) {
    MethodDescriptor method = call.method();
    if (method.type() != MethodDescriptor.Type.UNARY
        && method.type() != MethodDescriptor.Type.ONE_WAY) {
      call.close(
          Status.remote(Status.Code.UNIMPLEMENTED, method + ": streams are not forwarded"),
          Metadata.EMPTY);
      return message -> {};
    }
    ClientCall onward =
        channel.newCall(
            Invocation.of(
                method, authority, call.metadata(), CallOptions.DEFAULT, call.deadline()));
    onward.start(new Back(call));
    return new Forth(call, onward);
  }

  private record Forth(ServerCall call, ClientCall onward) implements ServerCall.Listener {
    @Override
    public void onMessage(@Nullable Object message) {
      if (message == null) {
        onward.cancel("no message");
        call.close(
            Status.remote(Status.Code.INVALID_ARGUMENT, call.method() + ": no message"),
            Metadata.EMPTY);
      } else {
        onward.send(message);
      }
    }

    @Override
    public void onCancel() {
      onward.cancel("the caller left");
    }
  }

  private record Back(ServerCall call) implements ClientCall.Listener {
    @Override
    public void onHeaders(Metadata headers) {
      call.sendHeaders(headers);
    }

    @Override
    public void onMessage(@Nullable Object message) {
      call.send(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      call.close(status, trailers);
    }
  }
}
