package io.duomesh.transport.serialization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demo.api.Pojo;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.ServiceName;
import io.duomesh.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import trap.Trap;

/** What signatures let in, and what they do not. */
class AllowedClassesTest {
  interface Service {
    Page<Item> find(Map<Key, List<? extends Shape>> query, Wrapper[][] wrappers) throws Failure;
  }

  static class Page<T> extends Parent {
    List<T> items;
    static NotReached ignored;
    transient NotReached alsoIgnored;
  }

  static class Parent {
    OfParent inherited;
  }

  static class OfParent {}

  record Item(Nested nested) {}

  static class Nested {}

  enum Key {
    ONE
  }

  sealed interface Shape permits Circle, Square {}

  record Circle(int radius) implements Shape {}

  record Square(int side) implements Shape {}

  static class Wrapper {}

  static class Failure extends Exception {
    private static final long serialVersionUID = 1L;
    FailureDetail detail;
  }

  static class FailureDetail {}

  static class NotReached {}

  static class WrapperChild extends Wrapper {}

  private static MethodDescriptor find() throws NoSuchMethodException {
    Method method = Service.class.getDeclaredMethod("find", Map.class, Wrapper[][].class);
    List<Type> parameters = Arrays.asList(method.getGenericParameterTypes());
    return MethodDescriptor.of(
        ServiceName.of("demo.Service"),
        "find",
        MethodDescriptor.Type.UNARY,
        new PayloadShape.Arguments(
            parameters,
            List.of("java.util.Map", "x"),
            method.getGenericReturnType(),
            List.of(Failure.class)));
  }

  private static AllowedClasses none(String allow) {
    return AllowedClasses.of(Settings.of(Map.of(AllowedClasses.ALLOW, allow)));
  }

  @Test
  void signaturesReachArgumentsFieldsParentsAndPermittedSubclasses() throws Exception {
    SignatureWalk walk =
        new SignatureWalk(
            List.of(
                find().shape() instanceof PayloadShape.Arguments a ? a.resultType() : Object.class,
                Service.class.getDeclaredMethods()[0].getGenericParameterTypes()[0],
                Wrapper[][].class,
                Failure.class));
    Set<String> expected =
        Stream.of(
                Page.class,
                Parent.class,
                OfParent.class,
                Item.class,
                Nested.class,
                Key.class,
                Shape.class,
                Circle.class,
                Square.class,
                Wrapper.class,
                Failure.class,
                FailureDetail.class)
            .map(Class::getName)
            .collect(Collectors.toSet());
    assertEquals(expected, walk.classes().keySet());
    assertEquals(Set.of(AllowedClassesTest.class.getPackageName()), walk.packages().keySet());
  }

  @Test
  void packagesOfMentionedTypesAreAllowedWithAllBelow() throws Exception {
    AllowedClasses classes = none("").add(find());
    assertEquals(NotReached.class, classes.find(NotReached.class.getName()));
    assertEquals(WrapperChild.class, classes.find(WrapperChild.class.getName()));
    for (String other :
        List.of("java.lang.Thread", "demo.api.Pojo", "io.duomesh.Metadata", "trap.Trap")) {
      assertNull(classes.find(other), other);
    }
    assertEquals(Trap.class, none("").add(List.class).add(OfTraps.class).find("trap.Trap"));
  }

  interface OfTraps {
    CompletableFuture<List<? extends Trap.State>> all();
  }

  @Test
  void aSuperclassIsAllowedWithoutItsPackage() {
    AllowedClasses classes = AllowedClasses.of(Settings.of(Map.of()), ChildOfTrap.class);
    assertEquals(Trap.class, classes.find("trap.Trap"));
    assertNull(classes.find("trap.Trap$State"));
  }

  static class ChildOfTrap extends Trap {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "com",
        "org",
        "io",
        "net",
        "cn",
        "de",
        "java",
        "javax",
        "jdk",
        "sun",
        "kotlin",
        "java.util",
        "javax.swing",
        "com.sun",
        "com.sun.rowset",
        "sun.misc",
        "jdk.internal",
        "uk.co",
        "cn.com"
      })
  void sharedRootsAndThePlatformBelongToNobody(String name) {
    assertFalse(Packages.hasOneOwner(name), name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"demo", "com.acme", "io.acme.api", "cn.acme", "cn.com.acme", "javaland.x"})
  void otherPackagesHaveOneOwner(String name) {
    assertTrue(Packages.hasOneOwner(name), name);
  }

  @Test
  void aSettingAllowsClassesAndPackages() {
    AllowedClasses classes = none(" demo.api.* , trap.Trap");
    assertEquals(Pojo.class, classes.find("demo.api.Pojo"));
    assertEquals(Trap.class, classes.find("trap.Trap"));
    assertNull(classes.find("trap.Trap$State"));
    assertNull(classes.find("demo.api.Absent"));
    assertTrue(classes.refusal("demo.api.Absent").contains("not on the class path"));
    assertTrue(classes.refusal("demo.other.Absent").contains(AllowedClasses.ALLOW));
    assertFalse(Trap.State.sprung, "it was initialized");
  }

  interface OfMessages {
    com.google.protobuf.StringValue echo(com.google.protobuf.StringValue message);
  }

  @Test
  void messagesOfProtobufAndBytesReachNothing() {
    AllowedClasses classes =
        none("")
            .add(OfMessages.class)
            .add(
                MethodDescriptor.of(
                    ServiceName.of("demo.Service"),
                    "raw",
                    MethodDescriptor.Type.UNARY,
                    new PayloadShape.Bytes()));
    assertNull(classes.find("demo.api.Pojo"));
    assertNull(classes.find("com.google.protobuf.StringValue"));
    assertNull(classes.find("com.google.protobuf.UnknownFieldSet"));
  }

  /** Records what it is asked to load. */
  private static final class Recording extends ClassLoader {
    final Set<String> asked = new HashSet<>();

    Recording() {
      super(AllowedClassesTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      asked.add(name);
      return super.loadClass(name, resolve);
    }
  }

  @Test
  void aLoaderIsNotAskedForNamesThatPeersMakeUp() {
    Recording loader = new Recording();
    AllowedClasses classes = none("demo.");
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      for (int i = 0; i < 100; i++) {
        assertNull(classes.find("demo.api.MadeUp" + i));
      }
      assertEquals(Set.of(), loader.asked, "a loader remembers each name for ever");
      assertEquals(Pojo.class, classes.find("demo.api.Pojo"));
      assertEquals(Set.of("demo.api.Pojo"), loader.asked);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo.api.pojo",
        "DEMO.api.Pojo",
        "demo/api/Pojo",
        "demo.api/Pojo",
        "demo.api..Pojo",
        "demo.api./Pojo",
        "demo.api.../trap/Trap",
        "demo.api./../../trap/Trap",
        "demo.api.Pojo.",
        ".demo.api.Pojo",
        "demo.api.Pojo;",
        "Ldemo.api.Pojo;",
        "[Ldemo.api.Pojo;",
        "[Ltrap.Trap;",
        "demo.api.[Ltrap.Trap;",
        "demo.api.\u0000Pojo",
        "demo.api.Pojo\u0000",
        "demo.api.\\Pojo",
        "demo\u2024api.Pojo",
        "demo.api.Foo$$Lambda$1/0x0000000800c03000",
        "demo.api",
        "demo",
        ""
      })
  void namesThatOnlyLookLikeAnAllowedClassAreNone(String name) {
    AllowedClasses classes = none("demo.api.").add(OfTraps.class);
    assertNull(classes.find(name), name);
    assertFalse(Trap.State.sprung, "it was initialized");
  }

  static class Insider extends trap.Outsider {}

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatASuperclassHoldsIsAskedForLikeAllElse(boolean sofa) throws IOException {
    // the superclass came with its subclass; what stands in its field of any type did not
    AllowedClasses classes = AllowedClasses.of(Settings.of(Map.of()), Insider.class);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (HessianWriter writer = HessianWriter.open(sofa, out, ClassFilter.JDK_ONLY)) {
      writer.beginObject(ClassShape.of(Insider.class.getName(), "any"));
      writer.beginObject(ClassShape.of("trap.Unmentioned", "text"));
      writer.write("x");
    }
    IOException refused =
        assertThrows(
            IOException.class, () -> Bytes.read(sofa, out.toByteArray(), Object.class, classes));
    assertTrue(refused.getMessage().contains("trap.Unmentioned"), refused.getMessage());
  }
}
