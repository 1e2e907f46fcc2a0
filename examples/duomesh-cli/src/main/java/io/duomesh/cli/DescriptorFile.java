package io.duomesh.cli;

import com.google.protobuf.AnyProto;
import com.google.protobuf.ApiProto;
import com.google.protobuf.DescriptorProtos;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.SourceContextProto;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.TypeProto;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.WrappersProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The files of a {@code FileDescriptorSet}; protobuf's own may be missing from it. */
final class DescriptorFile {
  private final Path path;
  private final Map<String, FileDescriptorProto> written = new LinkedHashMap<>();
  private final Map<String, FileDescriptor> built = new LinkedHashMap<>();
  private final Set<String> building = new HashSet<>();

  private DescriptorFile(Path path) {
    this.path = path;
    for (FileDescriptor known :
        List.of(
            AnyProto.getDescriptor(),
            ApiProto.getDescriptor(),
            DescriptorProtos.getDescriptor(),
            DurationProto.getDescriptor(),
            EmptyProto.getDescriptor(),
            FieldMaskProto.getDescriptor(),
            SourceContextProto.getDescriptor(),
            StructProto.getDescriptor(),
            TimestampProto.getDescriptor(),
            TypeProto.getDescriptor(),
            WrappersProto.getDescriptor())) {
      built.put(known.getName(), known);
    }
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it is no readable descriptor set, or not whole
   */
  static DescriptorFile read(Path path) {
    DescriptorFile file = new DescriptorFile(path);
    try {
      FileDescriptorSet set = FileDescriptorSet.parseFrom(Files.readAllBytes(path));
      set.getFileList().forEach(each -> file.written.put(each.getName(), each));
      for (String name : file.written.keySet()) {
        file.build(name);
      }
      return file;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(
          "--descriptor: "
              + path
              + " is no FileDescriptorSet (expected: what protoc --include_imports"
              + " --descriptor_set_out=FILE writes)",
          e);
    } catch (IOException e) {
      throw new IllegalArgumentException("--descriptor: cannot read " + path, e);
    } catch (DescriptorValidationException e) {
      throw new IllegalArgumentException("--descriptor: " + path + ": " + e.getMessage(), e);
    }
  }

  private FileDescriptor build(String name) throws DescriptorValidationException {
    FileDescriptor known = built.get(name);
    if (known != null) {
      return known;
    }
    FileDescriptorProto proto = written.get(name);
    if (proto == null || !building.add(name)) {
      throw new IllegalArgumentException(
          "--descriptor: " + path + " lacks " + name + " (protoc needs --include_imports)");
    }
    FileDescriptor[] imports = new FileDescriptor[proto.getDependencyCount()];
    for (int i = 0; i < imports.length; i++) {
      imports[i] = build(proto.getDependency(i));
    }
    FileDescriptor file = FileDescriptor.buildFrom(proto, imports);
    built.put(name, file);
    return file;
  }

  /**
   * A method of the service of a full name, else of the only one of its simple name: over Bolt a
   * service goes by its Java interface, whose package may be another. A method's name may begin
   * with a small letter as Dubbo has it.
   *
   * @throws IllegalArgumentException if there is none; the message lists what there is
   */
  MethodDescriptor method(String service, String method) {
    List<ServiceDescriptor> services = new ArrayList<>();
    built.values().forEach(file -> services.addAll(file.getServices()));
    List<ServiceDescriptor> alike = new ArrayList<>();
    for (ServiceDescriptor each : services) {
      if (each.getFullName().equals(service)) {
        return method(each, method);
      }
      if (each.getName().equals(service.substring(service.lastIndexOf('.') + 1))) {
        alike.add(each);
      }
    }
    if (alike.size() != 1) {
      throw new IllegalArgumentException(
          path
              + " has no service "
              + service
              + " (there are: "
              + services.stream().map(ServiceDescriptor::getFullName).toList()
              + ")");
    }
    return method(alike.get(0), method);
  }

  private static MethodDescriptor method(ServiceDescriptor service, String name) {
    for (MethodDescriptor method : service.getMethods()) {
      if (method.getName().equals(name)
          || (Character.toLowerCase(method.getName().charAt(0)) + method.getName().substring(1))
              .equals(name)) {
        return method;
      }
    }
    throw new IllegalArgumentException(
        service.getFullName()
            + " has no method "
            + name
            + " (there are: "
            + service.getMethods().stream().map(MethodDescriptor::getName).toList()
            + ")");
  }

  /** Every message type, for values inside of {@code Any}. */
  TypeRegistry types() {
    TypeRegistry.Builder types = TypeRegistry.newBuilder();
    built.values().forEach(file -> types.add(file.getMessageTypes()));
    return types.build();
  }
}
