package io.duomesh.transport.bolt;

import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.ResponseFlag;
import io.duomesh.RpcException;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.transport.Payload;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A response that has arrived. */
final class ResponsePayload implements Payload {
  private final BoltFrame frame;
  private final BoltMethod method;
  private final Metadata trailers;

  ResponsePayload(BoltFrame frame, BoltMethod method, Metadata trailers) {
    this.frame = frame;
    this.method = method;
    this.trailers = trailers;
  }

  @Override
  public @Nullable Object read() {
    MethodDescriptor descriptor = method.descriptor();
    try {
      return method.codec().readResponse(frame, descriptor);
    } catch (RpcException e) {
      throw trailers.isEmpty()
          ? e
          : new RpcException(e.status(), trailers, e.remoteType(), e.remoteFields());
    } catch (IOException | RuntimeException e) {
      throw new RpcException(
          Status.transport(
                  Code.INTERNAL, "response of " + descriptor + " cannot be read: " + e.getMessage())
              .withFlag(ResponseFlag.UPE)
              .withCause(e),
          trailers);
    } finally {
      frame.release();
    }
  }

  @Override
  public void discard() {
    frame.release();
  }
}
