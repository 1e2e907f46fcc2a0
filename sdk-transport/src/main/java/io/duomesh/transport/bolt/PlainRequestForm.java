package io.duomesh.transport.bolt;

import io.duomesh.Invocation;
import io.duomesh.transport.BoltMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.jspecify.annotations.Nullable;

/**
 * Plain SOFABolt's: the class name of the request object and no headers; or whatever a {@link
 * BoltMessage} says.
 */
final class PlainRequestForm implements RequestForm {
  static final PlainRequestForm INSTANCE = new PlainRequestForm();

  private PlainRequestForm() {}

  @Override
  public int estimate() {
    return 128;
  }

  @Override
  public int write(ByteBuf out, Invocation invocation, @Nullable Object message) {
    if (message instanceof BoltMessage raw) {
      int length = ByteBufUtil.writeUtf8(out, raw.className());
      out.writeBytes(raw.header());
      return length;
    }
    return message == null ? 0 : ByteBufUtil.writeUtf8(out, message.getClass().getName());
  }

  @Override
  public int codec(@Nullable Object message) {
    return message instanceof BoltMessage raw ? raw.codec() : BoltFrame.HESSIAN;
  }
}
