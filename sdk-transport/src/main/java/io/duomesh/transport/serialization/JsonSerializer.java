package io.duomesh.transport.serialization;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * JSON by Jackson, typed by what is expected; unknown properties are ignored. Input never names a
 * class, so the filter is not asked. {@code java.time} needs {@code jackson-datatype-jsr310} on the
 * class path.
 */
public final class JsonSerializer implements Serializer {
  private static final String JAVA_TIME = "com.fasterxml.jackson.datatype.jsr310.JavaTimeModule";

  private final ObjectMapper mapper = mapper();

  @Override
  public String name() {
    return Serializers.JSON;
  }

  @Override
  public void write(OutputStream out, @Nullable Object value, Type type, ClassFilter filter)
      throws IOException {
    mapper.writeValue(out, value);
  }

  @Override
  public @Nullable Object read(InputStream in, Type type, ClassFilter filter) throws IOException {
    return type == void.class ? null : mapper.readValue(in, mapper.constructType(type));
  }

  private static ObjectMapper mapper() {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder().maxNestingDepth(HessianWriter.MAX_DEPTH).build())
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();
    JsonMapper.Builder builder =
        JsonMapper.builder(factory)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
    Module time = javaTime();
    return (time == null ? builder : builder.addModule(time)).build();
  }

  private static @Nullable Module javaTime() {
    try {
      return (Module)
          Class.forName(JAVA_TIME, true, JsonSerializer.class.getClassLoader())
              .getDeclaredConstructor()
              .newInstance();
    } catch (ReflectiveOperationException e) {
      return null; // not on the class path: Jackson then says what it misses
    }
  }
}
