package io.duomesh.transport.bolt;

import io.duomesh.Metadata;
import io.duomesh.RpcException;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.ServiceName;
import io.duomesh.Status;
import io.duomesh.transport.BoltProcessor;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a request's header map says. Immutable; user metadata becomes text only when it is asked
 * for.
 */
final class RequestHead {
  private final byte[] block;
  private final ServiceName service;
  private final String serviceText;
  private final @Nullable String method;
  private final boolean isPlain;
  private final @Nullable String drainAddress;
  private @Nullable Metadata metadata; // same value whoever makes it

  private RequestHead(
      byte[] block, ServiceName service, String serviceText, Finder found, boolean isPlain) {
    this.isPlain = isPlain;
    this.block = block;
    this.service = service;
    this.serviceText = serviceText;
    this.method = found.method;
    this.drainAddress = found.drainAddress;
  }

  /**
   * Parses a block.
   *
   * @throws HeaderMap.MalformedException if peers could read it in different ways, or it names no
   *     service
   */
  static RequestHead parse(byte[] block) throws HeaderMap.MalformedException {
    Finder finder = new Finder();
    HeaderMap.forEach(block, finder);
    String service = finder.service;
    if (service == null || service.isEmpty()) {
      throw new HeaderMap.MalformedException("header " + BoltMethod.SERVICE + " is missing");
    }
    try {
      return new RequestHead(block, ServiceName.parse(service), service, finder, false);
    } catch (IllegalArgumentException e) {
      throw new HeaderMap.MalformedException(String.valueOf(e.getMessage()));
    }
  }

  /** The head of a request of plain SOFABolt, whose class is the service. */
  private static RequestHead plain(BoltFrame frame) {
    String className = frame.className();
    Finder finder = new Finder();
    finder.method = BoltProcessor.METHOD;
    return new RequestHead(frame.headerBytes(), ServiceName.of(className), className, finder, true);
  }

  /** The header's bytes; not a copy. */
  byte[] block() {
    return block;
  }

  /** Whether the request is plain SOFABolt's, not SOFARPC's. */
  boolean isPlain() {
    return isPlain;
  }

  /** The name that the caller gives to the service; it counts, whatever the content says. */
  ServiceName service() {
    return service;
  }

  /** The same as it came. */
  String serviceText() {
    return serviceText;
  }

  /** The method's name; null where the content alone has it. */
  @Nullable String method() {
    return method;
  }

  /** The service's method of that name; null for none, or where the content says which of many. */
  @Nullable ServerMethod onlyMethod(ServiceDefinition of) {
    ServerMethod found = null;
    for (int i = 0; i < of.methods().size(); i++) { // no iterator: every call's way
      ServerMethod candidate = of.methods().get(i);
      if (candidate.descriptor().name().equals(method)) {
        if (found != null) {
          return null;
        }
        found = candidate;
      }
    }
    return found;
  }

  /**
   * The service's method of that name, the first where it is overloaded.
   *
   * @throws IOException if there is no name
   * @throws RpcException if there is no such method
   */
  ServerMethod methodOf(ServiceDefinition of) throws IOException {
    if (method == null) {
      throw new IOException("header " + BoltMethod.METHOD + " is missing");
    }
    ServerMethod found = of.method(method, null);
    if (found == null) {
      throw new RpcException(
          Status.remote(Status.Code.UNIMPLEMENTED, Replies.noMethod(of.name().boltName(), method)));
    }
    return found;
  }

  /** The address of a sender that understands go-away, see {@link DrainWord}; null for none. */
  @Nullable String drainAddress() {
    return drainAddress;
  }

  /** The user's headers. */
  Metadata metadata() {
    Metadata made = metadata;
    if (made == null) {
      try {
        made = HeaderMap.userMetadata(block);
      } catch (HeaderMap.MalformedException e) {
        made = Metadata.EMPTY; // plain SOFABolt's headers may be anything
      }
      metadata = made;
    }
    return made;
  }

  private boolean matches(ByteBuf bytes, int from, int length) {
    if (block.length != length) {
      return false;
    }
    int i = 0;
    for (; i + 8 <= length; i += 8) {
      if (bytes.getLong(from + i) != readLong(i)) {
        return false;
      }
    }
    for (; i < length; i++) {
      if (bytes.getByte(from + i) != block[i]) {
        return false;
      }
    }
    return true;
  }

  private long readLong(int at) {
    return (long) BoltBytes.LONG.get(block, at);
  }

  /**
   * The heads that one connection sent last. Callers without changing headers send the same block
   * for a method every time; it is compared then, not parsed. Owned by an event loop.
   */
  static final class Cache {
    private static final int SLOTS = 32;
    private static final byte[] REQUEST_CLASS = BoltBytes.ascii(BoltMethod.REQUEST_CLASS);
    private final @Nullable RequestHead[] heads = new RequestHead[SLOTS];

    RequestHead get(BoltFrame frame) throws HeaderMap.MalformedException {
      ByteBuf body = frame.body();
      int length = frame.headerLength();
      if (body != null && frame.classLength() > 0 && !isSofa(frame, body)) {
        return plain(frame);
      }
      if (body == null || length < 8) {
        return parse(frame.headerBytes());
      }
      int from = frame.headerIndex();
      int slot = slot(body, from, length);
      RequestHead known = heads[slot];
      if (known != null && known.matches(body, from, length)) {
        return known;
      }
      RequestHead head = parse(frame.headerBytes());
      heads[slot] = head;
      return head;
    }

    private static boolean isSofa(BoltFrame frame, ByteBuf body) {
      if (frame.classLength() != REQUEST_CLASS.length) {
        return false;
      }
      int from = body.readerIndex();
      int i = 0;
      for (; i + 8 <= REQUEST_CLASS.length; i += 8) {
        if (body.getLong(from + i) != (long) BoltBytes.LONG.get(REQUEST_CLASS, i)) {
          return false;
        }
      }
      for (; i < REQUEST_CLASS.length; i++) {
        if (body.getByte(from + i) != REQUEST_CLASS[i]) {
          return false;
        }
      }
      return true;
    }

    private static int slot(ByteBuf bytes, int from, int length) {
      int hash = length;
      for (int i = 0; i + 8 <= length; i += 24) { // a sample is enough to spread methods
        long part = bytes.getLong(from + i) * 0x9E3779B97F4A7C15L;
        hash = 31 * hash + (int) (part >>> 32);
      }
      return (hash ^ hash >>> 16) & SLOTS - 1;
    }
  }

  private static final class Finder implements HeaderMap.Visitor {
    private static final byte[] SERVICE = BoltBytes.ascii(BoltMethod.SERVICE);
    private static final byte[] METHOD = BoltBytes.ascii(BoltMethod.METHOD);
    private static final byte[] DRAIN = BoltBytes.ascii(DrainWord.HEADER);
    private @Nullable String service;
    private @Nullable String method;
    private @Nullable String drainAddress;

    @Override
    public void entry(byte[] block, int key, int keyLength, int value, int valueLength) {
      if (BoltBytes.equal(SERVICE, block, key, keyLength)) {
        service = HeaderMap.text(block, value, valueLength);
      } else if (BoltBytes.equal(METHOD, block, key, keyLength)) {
        method = HeaderMap.text(block, value, valueLength);
      } else if (BoltBytes.equal(DRAIN, block, key, keyLength)) {
        drainAddress = HeaderMap.text(block, value, valueLength);
      }
    }
  }
}
