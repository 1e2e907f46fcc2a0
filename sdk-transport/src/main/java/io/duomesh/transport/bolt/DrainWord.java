package io.duomesh.transport.bolt;

import io.duomesh.transport.BoltOptions.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * How a client says that it understands Bolt's go-away (command 100, known to MOSN and to us): by a
 * header on the first request or heartbeat of a connection, which holds the sender's own address.
 * Whoever passes requests on, as a MOSN does, has another one, so that the word counts only between
 * neighbours. A stock SOFABolt that received a go-away would drop its calls in flight.
 */
final class DrainWord {
  static final String HEADER = "duomesh_drain";
  private static final byte[] NAME = BoltBytes.ascii(HEADER);

  /** As MOSN's first one; the numbers of calls have nothing to do with it. */
  private static final int GO_AWAY_ID = 1;

  private DrainWord() {}

  /** An address as the header has it; null if it has no number. */
  static @Nullable String text(@Nullable SocketAddress address) {
    if (!(address instanceof InetSocketAddress inet) || inet.getAddress() == null) {
      return null;
    }
    return host(inet.getAddress()) + ":" + inet.getPort();
  }

  /** An IP address without its scope, which is each host's own. */
  static String host(InetAddress address) {
    String host = address.getHostAddress();
    int scope = host.indexOf('%');
    return scope < 0 ? host : host.substring(0, scope);
  }

  /**
   * A request with the header added.
   *
   * @param request an unsealed request, which is freed if another is returned
   * @return the same request if it has no room for the header, has it from whoever it is forwarded
   *     for, or is not SOFARPC's: what other requests have in their headers only their serializers
   *     know
   */
  static ByteBuf add(ByteBuf request, Frames frames, String address, ByteBufAllocator allocator) {
    int head = BoltFrame.requestHead(frames);
    int classLength = request.getUnsignedShort(head - 8);
    int headerLength = request.getUnsignedShort(head - 6);
    int added = 8 + HEADER.length() + address.length();
    if (classLength != BoltMethod.REQUEST_CLASS.length()
        || headerLength == 0
        || headerLength + added > BoltFrame.MAX_SHORT_LENGTH) {
      return request;
    }
    byte[] block = new byte[headerLength];
    request.getBytes(head + classLength, block);
    if (in(block) != null) { // twice, the server would refuse it
      return request;
    }
    int content = head + classLength + headerLength;
    ByteBuf longer = allocator.directBuffer(request.readableBytes() + added + 4);
    longer.writeBytes(request, 0, content);
    HeaderMap.write(longer, HEADER, address);
    longer.writeBytes(request, content, request.readableBytes() - content);
    longer.setShort(head - 6, headerLength + added);
    request.release();
    return longer;
  }

  /** The header's value in a block; null if there is none, or the block is malformed. */
  static @Nullable String in(byte[] block) {
    String[] found = {null};
    try {
      HeaderMap.forEach(
          block,
          (bytes, key, keyLength, value, valueLength) -> {
            if (BoltBytes.equal(NAME, bytes, key, keyLength)) {
              found[0] = HeaderMap.text(bytes, value, valueLength);
            }
          });
    } catch (HeaderMap.MalformedException e) {
      return null; // of a heartbeat, which is answered whatever it holds
    }
    return found[0];
  }

  /** Tells a peer that it should send no more requests. */
  static ByteBuf goAway(ByteBufAllocator allocator) {
    ByteBuf frame = allocator.directBuffer(BoltFrame.requestHead(Frames.V1));
    BoltFrame.writeRequestHead(
        frame,
        Frames.V1,
        BoltFrame.REQUEST,
        BoltFrame.GO_AWAY,
        GO_AWAY_ID,
        BoltFrame.HESSIAN,
        0,
        0,
        0,
        0);
    return frame;
  }
}
