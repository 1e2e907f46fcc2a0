package io.duomesh.xds;

import com.google.protobuf.TypeRegistry;
import io.duomesh.xds.proto.XdsProtos;

/** The messages of this module by name, for {@code Any}s in JSON; loaded when first asked for. */
final class XdsTypes {
  static final TypeRegistry REGISTRY =
      TypeRegistry.newBuilder().add(XdsProtos.typeRegistryDescriptors()).build();

  private XdsTypes() {}
}
