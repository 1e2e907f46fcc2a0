package io.duomesh.transport.serialization;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.NullValueProvider;
import com.fasterxml.jackson.databind.deser.std.CollectionDeserializer;
import com.fasterxml.jackson.databind.deser.std.NumberDeserializers.BigDecimalDeserializer;
import com.fasterxml.jackson.databind.deser.std.NumberDeserializers.BigIntegerDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.CollectionType;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** What Jackson would read that Hessian input is refused for: classes, huge numbers, slow sets. */
final class JsonBounds {
  private JsonBounds() {}

  static Module module() {
    SimpleModule module = new SimpleModule("duomesh-bounds");
    module.addDeserializer(Class.class, new NoClass());
    module.addDeserializer(BigDecimal.class, new Decimal());
    module.addDeserializer(BigInteger.class, new Whole());
    module.setDeserializerModifier(new Sets());
    return module;
  }

  /** Jackson would load it, and run its initializer. */
  private static final class NoClass extends StdDeserializer<Class<?>> {
    private static final long serialVersionUID = 1L;

    NoClass() {
      super(Class.class);
    }

    @Override
    public Class<?> deserialize(JsonParser in, DeserializationContext context) throws IOException {
      throw JsonMappingException.from(in, "classes are not read from JSON");
    }
  }

  private static BigDecimal checked(JsonParser in, BigDecimal value) throws IOException {
    if (Math.abs((long) value.scale()) > JdkValues.MAX_DIGITS) {
      throw JsonMappingException.from(
          in, "a number of more than " + JdkValues.MAX_DIGITS + " digits is refused");
    }
    return value;
  }

  private static final class Decimal extends BigDecimalDeserializer {
    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable BigDecimal deserialize(JsonParser in, DeserializationContext context)
        throws IOException {
      BigDecimal value = super.deserialize(in, context);
      return value == null ? null : checked(in, value);
    }
  }

  private static final class Whole extends BigIntegerDeserializer {
    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable BigInteger deserialize(JsonParser in, DeserializationContext context)
        throws IOException {
      if (in.hasToken(JsonToken.VALUE_NUMBER_FLOAT)) {
        checked(in, in.getDecimalValue());
      }
      return super.deserialize(in, context);
    }
  }

  private static final class Sets extends BeanDeserializerModifier {
    private static final long serialVersionUID = 1L;

    @Override
    public JsonDeserializer<?> modifyCollectionDeserializer(
        DeserializationConfig config,
        CollectionType type,
        BeanDescription description,
        JsonDeserializer<?> found) {
      Class<?> raw = type.getRawClass();
      boolean hashes = Set.class.isAssignableFrom(raw) && !SortedSet.class.isAssignableFrom(raw);
      return hashes && found.getClass() == CollectionDeserializer.class
          ? new WatchedSet((CollectionDeserializer) found)
          : found;
    }
  }

  /** Sets are filled from a list, so that elements of one hash are noticed. */
  private static final class WatchedSet extends CollectionDeserializer {
    private static final long serialVersionUID = 1L;
    private static final int BYTES_OF_AN_ELEMENT = 4;

    WatchedSet(CollectionDeserializer from) {
      super(from);
    }

    @Override
    protected CollectionDeserializer withResolved(
        JsonDeserializer<?> delegate,
        JsonDeserializer<?> elements,
        TypeDeserializer elementTypes,
        NullValueProvider nulls,
        Boolean unwraps) {
      return new WatchedSet(super.withResolved(delegate, elements, elementTypes, nulls, unwraps));
    }

    @Override
    protected Collection<Object> _deserializeFromArray(
        JsonParser in, DeserializationContext context, Collection<Object> into) throws IOException {
      Collection<Object> elements = super._deserializeFromArray(in, context, new ArrayList<>());
      if (elements.size() > Collisions.UNWATCHED && into instanceof Set<?> set) {
        watch(in, elements, set);
      }
      into.addAll(elements);
      return into;
    }

    private static void watch(JsonParser in, Collection<?> elements, Set<?> set)
        throws IOException {
      ReadObjects objects = new ReadObjects();
      objects.begin(elements.size() * BYTES_OF_AN_ELEMENT);
      objects.scalar(); // each is compared for one step
      Collisions collisions = new Collisions(objects, set);
      try {
        for (Object element : elements) {
          collisions.meet(element);
        }
      } catch (HessianException e) {
        throw JsonMappingException.from(in, "a set has too many elements of one hash");
      }
    }
  }
}
