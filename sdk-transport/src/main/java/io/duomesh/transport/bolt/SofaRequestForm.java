package io.duomesh.transport.bolt;

import io.duomesh.Invocation;
import io.duomesh.MethodDescriptor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * SOFARPC's: its class name and the headers that never change, encoded once for a method, then the
 * user's.
 */
final class SofaRequestForm implements RequestForm {
  private final byte[] prefix;
  private final int codec;

  SofaRequestForm(MethodDescriptor method, int codec, String application) {
    this.prefix = prefix(method, application);
    this.codec = codec;
  }

  private static byte[] prefix(MethodDescriptor method, String application) {
    String service = method.service().boltName();
    boolean oneWay = method.type() == MethodDescriptor.Type.ONE_WAY;
    ByteBuf out = Unpooled.buffer();
    out.writeCharSequence(BoltMethod.REQUEST_CLASS, StandardCharsets.UTF_8);
    HeaderMap.write(out, BoltMethod.SERVICE, service);
    HeaderMap.write(out, "sofa_head_target_service", service);
    HeaderMap.write(out, BoltMethod.METHOD, method.name());
    HeaderMap.write(out, "type", oneWay ? "oneway" : "sync");
    HeaderMap.write(out, "protocol", "bolt");
    if (!application.isEmpty()) {
      HeaderMap.write(out, "app", application);
    }
    byte[] prefix = new byte[out.readableBytes()];
    out.readBytes(prefix);
    return prefix;
  }

  @Override
  public int estimate() {
    return prefix.length;
  }

  @Override
  public int write(ByteBuf out, Invocation invocation, @Nullable Object message) {
    out.writeBytes(prefix);
    HeaderMap.writeUser(out, invocation.metadata());
    return BoltMethod.REQUEST_CLASS.length();
  }

  @Override
  public int codec(@Nullable Object message) {
    return codec;
  }
}
