package io.duomesh.transport;

/**
 * A Bolt request or response as it travels: class name, header bytes and content, none of them
 * read. Methods whose requests and responses are of this class (see {@link
 * BoltProcessor#forwarded}) take and give it, which is what a proxy needs, or a caller of plain
 * SOFABolt without its classes.
 *
 * <p>Immutable by agreement: the arrays are not copied and must not be changed.
 */
public final class BoltMessage {
  /** The codec of SOFABolt's own serializer. */
  public static final int HESSIAN = 1;

  private final String className;
  private final int codec;
  private final byte[] header;
  private final byte[] content;

  private BoltMessage(String className, int codec, byte[] header, byte[] content) {
    this.className = className;
    this.codec = codec;
    this.header = header;
    this.content = content;
  }

  /**
   * A message.
   *
   * @param className the class of the request or response; what SOFABolt chooses a user processor
   *     by. May be empty in a response
   * @param codec the number of the serializer of the content, 0 to 127
   * @param header header bytes: SOFARPC's are a map, plain SOFABolt's what a custom serializer made
   *     of them; may be empty
   * @param content the serialized object; may be empty
   */
  public static BoltMessage of(String className, int codec, byte[] header, byte[] content) {
    if (codec < 0 || codec > Byte.MAX_VALUE) {
      throw new IllegalArgumentException("codec: " + codec + " (expected: 0 to 127)");
    }
    return new BoltMessage(className, codec, header, content);
  }

  /** The class name. */
  public String className() {
    return className;
  }

  /** The number of the serializer. */
  public int codec() {
    return codec;
  }

  /** The header's bytes; not a copy. */
  public byte[] header() {
    return header;
  }

  /** The content's bytes; not a copy. */
  public byte[] content() {
    return content;
  }

  @Override
  public String toString() {
    return "BoltMessage{%s, codec %d, header %d bytes, content %d bytes}"
        .formatted(className, codec, header.length, content.length);
  }
}
