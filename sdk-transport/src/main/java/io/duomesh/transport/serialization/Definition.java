package io.duomesh.transport.serialization;

import io.duomesh.transport.serialization.DefinitionCache.Names;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The class of objects in a stream, by name only. Confined to the stream's thread. */
final class Definition {
  /** Stands where none was read. */
  static final Definition NONE = new Definition(new Names(ByteInput.NO_BYTES, "", List.of(), null));

  final Names names;
  final String name;
  final List<String> fields;

  /** Chosen at the first instance. */
  @Nullable ObjectReader reader;

  /** The same where objects of refused classes become maps. */
  @Nullable ObjectReader lenientReader;

  Definition(Names names) {
    this.names = names;
    this.name = names.name;
    this.fields = names.fields;
  }
}
