package io.duomesh.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.junit.jupiter.api.Test;

/**
 * Nothing on the way of a call takes a lock that another call can hold: the byte code of the
 * packages that calls pass enters no monitor and names no lock, but for the places listed here,
 * each with its reason.
 */
class LockFreePathTest {
  private static final List<String> PACKAGES =
      List.of(
          "io/duomesh/runtime/attempt",
          "io/duomesh/runtime/cluster",
          "io/duomesh/runtime/executor",
          "io/duomesh/runtime/interceptor",
          "io/duomesh/runtime/routing",
          "io/duomesh/runtime/server",
          "io/duomesh/runtime/stub",
          "io/duomesh/governance",
          "io/duomesh/transport");

  private static final Map<String, String> ALLOWED =
      Map.of(
          "io/duomesh/runtime/routing/PendingRouter", "before the first configuration only",
          "io/duomesh/runtime/routing/PendingCall", "before the first configuration only",
          "io/duomesh/runtime/routing/FilterSites", "when a plan is made, once per route and table",
          "io/duomesh/runtime/server/Dispatcher", "when a service is offered",
          "io/duomesh/transport/Transports", "when shared parts are made or closed",
          "io/duomesh/transport/bolt/BoltConnection", "when a connection is made",
          "io/duomesh/transport/netty/WriteQueue", "when an event loop has ended");

  private final Map<String, Set<String>> found = new TreeMap<>();

  @Test
  void noLockStandsOnTheWayOfACall() throws Exception {
    int classes = 0;
    for (Path root : roots()) {
      for (String name : PACKAGES) {
        classes += scan(root.resolve(name));
      }
    }
    assertTrue(classes > 150, "only " + classes + " classes were found");
    Map<String, Set<String>> unexpected = new TreeMap<>(found);
    unexpected.keySet().removeIf(name -> ALLOWED.containsKey(outer(name)));
    assertEquals(Map.of(), unexpected, "locks on the way of a call");
  }

  @Test
  void everyExceptionIsStillNeeded() throws Exception {
    for (Path root : roots()) {
      for (String name : PACKAGES) {
        scan(root.resolve(name));
      }
    }
    Set<String> unneeded = new TreeSet<>(ALLOWED.keySet());
    found.keySet().forEach(name -> unneeded.remove(outer(name)));
    assertEquals(Set.of(), unneeded, "listed without need");
  }

  private static String outer(String name) {
    int inner = name.indexOf('$');
    return inner < 0 ? name : name.substring(0, inner);
  }

  /** Where the modules' classes are: folders in a build of all, jars elsewhere. */
  private static List<Path> roots() throws Exception {
    List<Path> roots = new ArrayList<>();
    for (Class<?> each :
        List.of(io.duomesh.transport.Transports.class, io.duomesh.governance.lb.Candidate.class)) {
      URI location = each.getProtectionDomain().getCodeSource().getLocation().toURI();
      Path path = Path.of(location);
      if (Files.isDirectory(path)) {
        roots.add(path);
      } else {
        FileSystem jar = FileSystems.newFileSystem(path);
        roots.add(jar.getPath("/"));
      }
    }
    return roots;
  }

  private int scan(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    List<Path> classes;
    try (Stream<Path> files = Files.walk(folder)) {
      classes = files.filter(file -> file.toString().endsWith(".class")).toList();
    }
    for (Path file : classes) {
      try (InputStream in = Files.newInputStream(file)) {
        new ClassReader(in).accept(new Locks(), ClassReader.SKIP_DEBUG);
      }
    }
    return classes.size();
  }

  private final class Locks extends ClassVisitor {
    private String type = "";

    Locks() {
      super(Opcodes.ASM9);
    }

    @Override
    public void visit(
        int version,
        int access,
        String name,
        String signature,
        String superName,
        String[] interfaces) {
      type = name;
    }

    private void add(String what) {
      found.computeIfAbsent(type, t -> new TreeSet<>()).add(what);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      if ((access & Opcodes.ACC_SYNCHRONIZED) != 0) {
        add("synchronized " + name);
      }
      return new MethodVisitor(Opcodes.ASM9) {
        @Override
        public void visitInsn(int opcode) {
          if (opcode == Opcodes.MONITORENTER) {
            add("a monitor in " + name);
          }
        }

        @Override
        public void visitMethodInsn(
            int opcode, String owner, String called, String calledDescriptor, boolean isInterface) {
          boolean lock =
              owner.startsWith("java/util/concurrent/locks/") && !owner.endsWith("/LockSupport");
          if (lock || owner.equals("java/util/concurrent/BlockingQueue")) {
            add(owner + "." + called + " in " + name);
          }
        }
      };
    }
  }
}
