package io.duomesh.transport.serialization;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
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
 * class, but where a class of the application says so itself ({@code @JsonTypeInfo(use = CLASS)}):
 * there it may name classes of that one's package and below. Nesting is bounded by 100, names and
 * numbers by 2,048 and 1,000 characters, elements of one hash in a set as in Hessian. {@code
 * java.time} needs {@code jackson-datatype-jsr310} on the class path.
 */
public final class JsonSerializer implements Serializer {
  private static final String JAVA_TIME = "com.fasterxml.jackson.datatype.jsr310.JavaTimeModule";

  private static final int MAX_NAME = 2048;
  private static final int MAX_NUMBER = 1000;

  /** Made when JSON is first met: most programs never do, and it loads hundreds of classes. */
  private static final class Jackson {
    static final ObjectMapper MAPPER = mapper();
  }

  @Override
  public String name() {
    return Serializers.JSON;
  }

  @Override
  public void write(OutputStream out, @Nullable Object value, Type type, ClassFilter filter)
      throws IOException {
    try {
      Jackson.MAPPER.writeValue(out, value);
    } catch (JsonProcessingException e) {
      String name = value == null ? "null" : value.getClass().getName();
      throw failure(name + " cannot be written as JSON", e);
    }
  }

  @Override
  public @Nullable Object read(InputStream in, Type type, ClassFilter filter) throws IOException {
    if (type == void.class) {
      return null;
    }
    try {
      return Jackson.MAPPER.readValue(in, Jackson.MAPPER.constructType(type));
    } catch (JsonProcessingException e) {
      throw failure("JSON cannot be read as " + type.getTypeName(), e);
    }
  }

  /** Where it failed and why, without the source that Jackson quotes. */
  private static IOException failure(String what, JsonProcessingException e) {
    StringBuilder path = new StringBuilder();
    if (e instanceof JsonMappingException mapping) {
      for (JsonMappingException.Reference step : mapping.getPath()) {
        if (step.getFieldName() == null) {
          path.append('[').append(step.getIndex()).append(']');
        } else {
          path.append(path.length() == 0 ? "" : ".").append(step.getFieldName());
        }
      }
    }
    String where = path.length() == 0 ? "" : " at " + path;
    return new IOException(what + where + ": " + e.getOriginalMessage(), e);
  }

  private static ObjectMapper mapper() {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(HessianWriter.MAX_DEPTH)
                    .maxNameLength(MAX_NAME)
                    .maxNumberLength(MAX_NUMBER)
                    .build())
            .streamWriteConstraints(
                StreamWriteConstraints.builder().maxNestingDepth(HessianWriter.MAX_DEPTH).build())
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();
    JsonMapper.Builder builder =
        JsonMapper.builder(factory)
            .polymorphicTypeValidator(new JsonSubtypes())
            .enable(MapperFeature.BLOCK_UNSAFE_POLYMORPHIC_BASE_TYPES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .addModule(JsonBounds.module());
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
