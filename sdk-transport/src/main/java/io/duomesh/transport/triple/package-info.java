/**
 * Triple: gRPC over HTTP/2 and Dubbo's wrapper form of it, on both sides.
 *
 * <table>
 *   <caption>Who does what, for one call</caption>
 *   <tr><th></th><th>client</th><th>server</th></tr>
 *   <tr><td>begins and ends the call, once</td>
 *       <td>{@code TripleClientStream}</td><td>{@code TripleServerStream}</td></tr>
 *   <tr><td>owns what goes out</td>
 *       <td>{@code ClientRequest}</td><td>{@code ServerResponse}</td></tr>
 *   <tr><td>owns what comes in, by {@code GrpcDeframer}</td>
 *       <td>{@code ClientResponse}</td><td>{@code ServerRequest}</td></tr>
 *   <tr><td>keeps to flow control where many messages go out</td>
 *       <td colspan="2">{@code OutgoingMessages}</td></tr>
 *   <tr><td>metadata to headers and back</td>
 *       <td colspan="2">{@code HeaderMetadata}, by {@code ClientMethod}, {@code RequestHead},
 *       {@code ResponseHeaders}</td></tr>
 *   <tr><td>statuses from what the peer says</td>
 *       <td>{@code TripleStatus}</td><td></td></tr>
 * </table>
 *
 * <p>and for a connection: {@code TripleClientTransport} (its life), {@code StreamSlots} (which
 * call may open), {@code ConnectionFailures} (what calls end with that it did not carry), {@code
 * KeepAlive}; {@code GoAwaySequence} and {@code ResponseWriter} on the server; {@code
 * TripleHandler} and its two sides between Netty's codec and the calls.
 *
 * <p>Messages are encoded by the thread that sends, into one buffer that holds the gRPC prefix too,
 * and belong to the sender's half of the call until Netty's flow control takes them. Bytes that
 * come are slices of what was read, or are copied once where a message came in parts; they belong
 * to the deframer until a {@link io.duomesh.transport.Payload} is delivered, and to its receiver
 * from then on. All else happens on the connection's event loop.
 */
@NullMarked
package io.duomesh.transport.triple;

import org.jspecify.annotations.NullMarked;
