package io.duomesh.transport.bolt;

import io.netty.buffer.ByteBuf;
import java.io.InputStream;

/** A part of a frame's body as a stream; the body itself is left as it is. */
final class ContentInput extends InputStream {
  private final ByteBuf body;
  private int at;
  private final int end;

  ContentInput(ByteBuf body, int from, int length) {
    this.body = body;
    this.at = from;
    this.end = from + length;
  }

  @Override
  public int read() {
    return at == end ? -1 : body.getByte(at++) & 0xff;
  }

  @Override
  public int read(byte[] to, int from, int most) {
    int count = Math.min(most, end - at);
    if (count == 0 && most > 0) {
      return -1;
    }
    body.getBytes(at, to, from, count);
    at += count;
    return count;
  }

  @Override
  public int available() {
    return end - at;
  }
}
