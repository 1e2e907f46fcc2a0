package io.duomesh.transport.serialization;

import io.duomesh.transport.serialization.DefinitionCache.Names;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The class of objects in a stream, by name only. Belongs to its stream: another one makes it
 * another. Confined to the stream's thread.
 */
final class Definition {
  static final Names NO_NAMES = new Names(ByteInput.NO_BYTES, "", List.of(), null);

  /** Stands where none was read. */
  static final Definition NONE = new Definition();

  Names names = NO_NAMES;
  String name = "";
  List<String> fields = List.of();

  /** Chosen at the first instance. */
  @Nullable ObjectReader reader;

  /** The same where objects of refused classes become maps. */
  @Nullable ObjectReader lenientReader;

  /** A stream defines a class. */
  void begin(Names read) {
    names = read;
    name = read.name;
    fields = read.fields;
    reader = null;
    lenientReader = null;
  }
}
