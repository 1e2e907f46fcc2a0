package io.duomesh.transport.serialization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.ServiceName;
import io.duomesh.Settings;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What signatures let in, and what they do not. */
class ReachableClassesTest {
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

  private static ClassFilter filter(Map<String, String> settings) throws NoSuchMethodException {
    Method method = Service.class.getDeclaredMethod("find", Map.class, Wrapper[][].class);
    List<Type> parameters = Arrays.asList(method.getGenericParameterTypes());
    return ReachableClasses.of(
        MethodDescriptor.of(
            ServiceName.of("demo.Service"),
            "find",
            MethodDescriptor.Type.UNARY,
            new PayloadShape.Arguments(
                parameters,
                List.of("java.util.Map", "x"),
                method.getGenericReturnType(),
                List.of(Failure.class))),
        Settings.of(settings));
  }

  @Test
  void signaturesReachArgumentsFieldsParentsAndPermittedSubclasses() throws Exception {
    ClassFilter filter = filter(Map.of());
    for (Class<?> reached :
        List.of(
            Page.class,
            Parent.class,
            OfParent.class,
            Item.class,
            Nested.class,
            Key.class,
            Circle.class,
            Square.class,
            Wrapper.class,
            Failure.class,
            FailureDetail.class)) {
      assertEquals(reached, filter.find(reached.getName()));
    }
    for (String notReached :
        List.of(
            NotReached.class.getName(),
            WrapperChild.class.getName(),
            "java.lang.Thread",
            "demo.api.Pojo")) {
      assertNull(filter.find(notReached), notReached);
    }
  }

  @Test
  void aSettingAllowsClassesAndPackages() throws Exception {
    String own = ReachableClassesTest.class.getName();
    ClassFilter filter =
        filter(Map.of(ReachableClasses.ALLOW, " demo.api.* , " + own + "$WrapperChild"));
    assertEquals(demo.api.Pojo.class, filter.find("demo.api.Pojo"));
    assertEquals(WrapperChild.class, filter.find(WrapperChild.class.getName()));
    assertNull(filter.find(NotReached.class.getName()));
    assertNull(filter.find("demo.api.Absent"));
  }
}
