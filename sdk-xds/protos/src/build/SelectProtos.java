import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Picks the wanted {@code .proto} files and everything they import, and moves their Java classes
 * under {@code io.duomesh.xds.proto}, so that they live beside another copy of Envoy's API in one
 * application.
 *
 * <p>Only {@code java_package} changes: proto packages, and with them type URLs and descriptors,
 * stay Envoy's. Fields that Envoy has and the unpacked files have not yet are added. Also writes the
 * class that lists all generated files. Run by the build: {@code roots.txt, unpacked protos, output
 * for protos, output for Java, newer-fields.txt}.
 */
final class SelectProtos {

  private static final String BASE = "io.duomesh.xds.proto";
  private static final Pattern IMPORT = statement("import\\s+(?:public\\s+|weak\\s+)?\"([^\"]+)\"");
  private static final Pattern PACKAGE = statement("package\\s+([\\w.]+)");
  private static final Pattern JAVA_OPTION =
      statement("option\\s+java_(?:package|multiple_files|outer_classname)\\s*=\\s*[^;]+");
  private static final Pattern OUTER_CLASS =
      statement("option\\s+java_outer_classname\\s*=\\s*\"(\\w+)\"");

  private final Path source;
  private final List<String> newerFields;
  private final Map<String, String> selected = new TreeMap<>();
  private final Map<String, String> outerClasses = new TreeMap<>();

  private SelectProtos(Path source, List<String> newerFields) {
    this.source = source;
    this.newerFields = newerFields;
  }

  public static void main(String[] args) throws IOException {
    SelectProtos protos = new SelectProtos(Path.of(args[1]), Files.readAllLines(Path.of(args[4])));
    for (String line : Files.readAllLines(Path.of(args[0]))) {
      if (!line.isBlank() && !line.startsWith("#")) {
        protos.select(line.strip(), args[0]);
      }
    }
    for (Map.Entry<String, String> file : protos.selected.entrySet()) {
      write(Path.of(args[2], file.getKey()), file.getValue());
    }
    write(
        Path.of(args[3], BASE.replace('.', '/'), "XdsProtos.java"),
        listing(protos.outerClasses.values()));
    System.out.println(protos.selected.size() + " .proto files selected");
  }

  private void select(String name, String wantedBy) throws IOException {
    // The protobuf runtime brings google.protobuf.
    if (selected.containsKey(name) || name.startsWith("google/protobuf/")) {
      return;
    }
    Path file = source.resolve(name);
    if (!Files.exists(file)) {
      throw new IOException(name + ", which " + wantedBy + " asks for, is not in " + source);
    }
    String text = withNewerFields(name, Files.readString(file).replace("\r\n", "\n"));
    selected.put(name, relocated(name, text));
    Matcher imports = IMPORT.matcher(text);
    while (imports.find()) {
      select(imports.group(1), name);
    }
  }

  private String withNewerFields(String name, String original) throws IOException {
    String text = original;
    for (String line : newerFields) {
      String[] parts = line.split("\\s*\\|\\s*", 3);
      if (!parts[0].equals(name)) {
        continue;
      }
      Pattern before = Pattern.compile("^\\s*" + Pattern.quote(parts[1]), Pattern.MULTILINE);
      Matcher anchor = before.matcher(text);
      if (!parts[1].isEmpty() && !anchor.find()) {
        throw new IOException(name + " has no line that starts with " + parts[1]);
      }
      int at = parts[1].isEmpty() ? text.length() : anchor.start();
      text = text.substring(0, at) + "\n" + parts[2] + "\n" + text.substring(at);
    }
    return text;
  }

  private String relocated(String name, String text) throws IOException {
    Matcher protoPackage = PACKAGE.matcher(text);
    if (!protoPackage.find()) {
      throw new IOException(name + " has no package");
    }
    Matcher outer = OUTER_CLASS.matcher(text);
    String javaPackage = BASE + '.' + protoPackage.group(1);
    String outerClass = outer.find() ? outer.group(1) : camelCase(name) + "Proto";
    outerClasses.put(name, javaPackage + '.' + outerClass);
    String statements =
        """
        package %s;
        option java_package = "%s";
        option java_outer_classname = "%s";
        option java_multiple_files = true;
        """
            .formatted(protoPackage.group(1), javaPackage, outerClass);
    return PACKAGE.matcher(JAVA_OPTION.matcher(text).replaceAll("")).replaceFirst(statements);
  }

  private static String camelCase(String name) {
    String file = name.substring(name.lastIndexOf('/') + 1, name.length() - ".proto".length());
    return Pattern.compile("(?:^|_)(\\w)")
        .matcher(file)
        .replaceAll(m -> m.group(1).toUpperCase(Locale.ROOT));
  }

  private static String listing(Collection<String> outerClasses) {
    String files = String.join(".getDescriptor(),\n          ", outerClasses) + ".getDescriptor()";
    return """
        package %s;

        import com.google.protobuf.Descriptors.Descriptor;
        import com.google.protobuf.Descriptors.FileDescriptor;
        import java.util.List;

        /** All files of this jar, for building a {@code TypeRegistry}. Generated by the build. */
        public final class XdsProtos {

          private static final List<FileDescriptor> FILES = List.of(
                  %s);

          private XdsProtos() {}

          /** Every file of this jar, by name. Loading them takes a while: ask for them off the call path. */
          public static List<FileDescriptor> fileDescriptors() {
            return FILES;
          }

          /** The top-level messages of every file: what {@code TypeRegistry.Builder.add} takes. */
          public static List<Descriptor> typeRegistryDescriptors() {
            return FILES.stream().flatMap(file -> file.getMessageTypes().stream()).toList();
          }
        }
        """
        .formatted(BASE, files);
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static Pattern statement(String regex) {
    return Pattern.compile("^" + regex + "\\s*;", Pattern.MULTILINE);
  }
}
