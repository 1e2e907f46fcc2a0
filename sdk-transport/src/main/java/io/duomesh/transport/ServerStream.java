package io.duomesh.transport;

import io.duomesh.Deadline;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceName;
import io.duomesh.Status;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One inbound call on one connection. Its head is there when it is announced, its body is not
 * decoded yet. Responses may be sent from any thread, one at a time; {@link #close} takes effect
 * once.
 */
public interface ServerStream {
  /** The name the caller gives to the service. */
  ServiceName service();

  /** The method's name; null where the protocol has it in the body alone. */
  @Nullable String methodName();

  /** Request headers without those that the protocol keeps for itself. */
  Metadata metadata();

  /**
   * When the call is over: when the caller stops waiting, {@link Deadline#NONE} where it did not
   * say; once accepted, at the service's own limit if that is earlier. The stream then answers
   * {@code DEADLINE_EXCEEDED} where the limit was the service's, and tells the listener.
   */
  Deadline deadline();

  /** Whether no answer is awaited. */
  boolean isOneWay();

  /** The peer's address; null in process. */
  @Nullable SocketAddress peer();

  /**
   * Calls to who made this one, over its connection, until that closes; null where the protocol has
   * no such calls. Bolt has.
   */
  default @Nullable ClientTransport caller() {
    return null;
  }

  /** What the connection speaks: {@code bolt}, {@code triple}, {@code inproc}. */
  String protocol();

  /**
   * Takes the call: bodies are decoded by the service's methods and delivered to the listener.
   * Called once, in {@link ServerTransport.Listener#onStream}, unless the stream is closed there.
   */
  void accept(ServiceDefinition service, Listener listener);

  /**
   * The method that the call was found to be for: known once the first {@link Payload} was read, or
   * before where the head names it without doubt; null until then.
   */
  ServiceDefinition.@Nullable ServerMethod method();

  /** Allows more requests to be delivered; needed only where the client sends many. */
  void request(int messages);

  /** Sends response headers; protocols without them keep them for the response. */
  void sendHeaders(Metadata headers);

  /**
   * Sends a response, encoded on the calling thread. Never blocks: who sends many asks {@link
   * #isReady} first; a call of which more waits for its caller than the transport's bounds allow is
   * cancelled.
   */
  void send(@Nullable Object message);

  /**
   * Ends the call. A status of origin {@code APPLICATION} with a cause sends the exception itself
   * where the protocol and serializer can.
   */
  void close(Status status, Metadata trailers);

  /** Whether the caller has cancelled or gone away. */
  boolean isCancelled();

  /** Whether a message sent now would be written without waiting. */
  boolean isReady();

  /** Descriptor of the method, once known. */
  default @Nullable MethodDescriptor descriptor() {
    ServiceDefinition.ServerMethod found = method();
    return found == null ? null : found.descriptor();
  }

  /** Receives what a caller sends, on the connection's event loop. */
  interface Listener {
    /**
     * A request, still encoded. The receiver reads or discards it, exactly once, on any thread.
     * Reading finds the method; an unknown one throws {@code UNIMPLEMENTED}.
     */
    void onMessage(Payload payload);

    /** The caller's side has ended. */
    default void onHalfClose() {}

    /** The caller cancelled or went away, or its deadline passed. Nothing comes after. */
    default void onCancel() {}

    /** {@link ServerStream#isReady} became true. */
    default void onReady() {}
  }
}
