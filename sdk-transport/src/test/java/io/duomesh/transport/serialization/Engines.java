package io.duomesh.transport.serialization;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** The peers' own engines, as oracles. */
final class Engines {
  private static final com.caucho.hessian.io.SerializerFactory SOFA =
      new com.caucho.hessian.io.SerializerFactory();
  private static final com.alibaba.com.caucho.hessian.io.SerializerFactory LITE = lite();

  private Engines() {}

  static byte[] write(boolean sofa, Object value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (sofa) {
      com.caucho.hessian.io.Hessian2Output out = new com.caucho.hessian.io.Hessian2Output(bytes);
      out.setSerializerFactory(SOFA);
      out.writeObject(value);
      out.flush();
    } else {
      com.alibaba.com.caucho.hessian.io.Hessian2Output out =
          new com.alibaba.com.caucho.hessian.io.Hessian2Output(bytes);
      out.setSerializerFactory(LITE);
      out.writeObject(value);
      out.flush();
    }
    return bytes.toByteArray();
  }

  static Object read(boolean sofa, byte[] bytes) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    if (sofa) {
      com.caucho.hessian.io.Hessian2Input input = new com.caucho.hessian.io.Hessian2Input(in);
      input.setSerializerFactory(SOFA);
      return input.readObject();
    }
    com.alibaba.com.caucho.hessian.io.Hessian2Input input =
        new com.alibaba.com.caucho.hessian.io.Hessian2Input(in);
    input.setSerializerFactory(LITE);
    return input.readObject();
  }

  private static com.alibaba.com.caucho.hessian.io.SerializerFactory lite() {
    com.alibaba.com.caucho.hessian.io.SerializerFactory factory =
        new com.alibaba.com.caucho.hessian.io.SerializerFactory();
    factory.setAllowNonSerializable(true);
    factory.getClassFactory().allow("*");
    return factory;
  }
}
