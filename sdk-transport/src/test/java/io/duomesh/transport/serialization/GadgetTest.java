package io.duomesh.transport.serialization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demo.api.Pojo;
import io.duomesh.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Classes that published attacks on Hessian and its users are built from. The names are those of
 * marshalsec, ysoserial, CVE-2021-25641, CVE-2022-39198, CVE-2024-23636 and CVE-2024-46983.
 */
class GadgetTest {
  static final List<String> GADGETS =
      List.of(
          "com.sun.rowset.JdbcRowSetImpl",
          "com.sun.org.apache.xalan.internal.xsltc.trax.TemplatesImpl",
          "com.sun.org.apache.xpath.internal.objects.XString",
          "com.sun.org.apache.bcel.internal.util.ClassLoader",
          "com.sun.jndi.rmi.registry.ReferenceWrapper_Stub",
          "com.sun.jndi.ldap.LdapSearchEnumeration",
          "javax.naming.ldap.Rdn$RdnEntry",
          "com.sun.xml.internal.ws.encoding.LazyDataHandler",
          "javax.activation.DataHandler",
          "javax.management.BadAttributeValueExpException",
          "javax.swing.UIDefaults",
          "javax.swing.UIDefaults$ProxyLazyValue",
          "sun.swing.SwingLazyValue",
          "sun.print.UnixPrintService",
          "sun.print.UnixPrintServiceLookup",
          "sun.security.pkcs.PKCS9Attributes",
          "sun.rmi.server.UnicastRef",
          "java.security.SignedObject",
          "java.rmi.server.RemoteObject",
          "java.beans.EventHandler",
          "java.lang.ProcessBuilder",
          "java.lang.reflect.Proxy",
          "java.net.URLClassLoader",
          "java.util.ServiceLoader$LazyIterator",
          "jdk.nashorn.internal.objects.NativeString",
          "com.rometools.rome.feed.impl.ToStringBean",
          "com.rometools.rome.feed.impl.EqualsBean",
          "com.sun.syndication.feed.impl.ToStringBean",
          "com.caucho.naming.QName",
          "com.caucho.hessian.io.Hessian2Input",
          "org.apache.xbean.naming.context.ContextUtil$ReadOnlyBinding",
          "org.apache.xbean.naming.reference.SimpleReference",
          "org.springframework.aop.support.DefaultBeanFactoryPointcutAdvisor",
          "org.springframework.aop.aspectj.autoproxy.AspectJAwareAdvisorAutoProxyCreator$"
              + "PartiallyComparableAdvisorHolder",
          "org.springframework.beans.factory.support.DefaultListableBeanFactory",
          "org.springframework.jndi.support.SimpleJndiBeanFactory",
          "org.springframework.context.support.ClassPathXmlApplicationContext",
          "org.apache.commons.collections.functors.InvokerTransformer",
          "org.apache.commons.collections4.comparators.TransformingComparator",
          "org.apache.commons.beanutils.BeanComparator",
          "org.apache.commons.configuration.ConfigurationMap",
          "org.apache.commons.dbcp2.datasources.SharedPoolDataSource",
          "org.apache.tomcat.dbcp.dbcp2.BasicDataSource",
          "org.codehaus.groovy.runtime.MethodClosure",
          "groovy.util.Expando",
          "com.alibaba.fastjson.JSONObject",
          "com.alibaba.fastjson2.JSONArray",
          "com.fasterxml.jackson.databind.node.POJONode",
          "com.mchange.v2.c3p0.WrapperConnectionPoolDataSource",
          "com.zaxxer.hikari.HikariConfig",
          "bsh.XThis",
          "clojure.core$comp",
          "org.mozilla.javascript.NativeJavaObject",
          "org.python.core.PyFunction",
          "org.hibernate.engine.spi.TypedValue");

  /** What services have in their signatures when they are easiest to attack. */
  public interface Careless {
    Object call(Object anything, Map<Object, Object> map, List<?> list);

    Pojo typed(Pojo pojo, Set<Pojo> set, Pojo[] array) throws Exception;
  }

  /** Knows all that is asked of the class path, and makes the service's own classes itself. */
  static final class Recording extends ClassLoader {
    final Set<String> asked = new HashSet<>();

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      asked.add(name);
      if (!name.startsWith("demo.api.") && !name.startsWith(GadgetTest.class.getName() + "$C")) {
        return super.loadClass(name, resolve);
      }
      Class<?> made = findLoadedClass(name);
      if (made != null) {
        return made;
      }
      try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  private final Recording loader = new Recording();
  private ClassFilter served;
  private ClassFilter called;
  private ClassFilter allowed;

  @BeforeEach
  void loadTheService() throws ClassNotFoundException {
    Class<?> service = loader.loadClass(Careless.class.getName());
    served = AllowedClasses.of(Settings.of(Map.of())).add(service);
    called = ClassFilter.othersAsMaps(served);
    allowed =
        AllowedClasses.of(
                Settings.of(
                    Map.of(
                        AllowedClasses.ALLOW,
                        "com.,org.,java.,javax.,sun.,jdk.,groovy.,bsh.,clojure.,"
                            + String.join(",", GADGETS))))
            .add(service);
    assertTrue(loader.asked.contains(Pojo.class.getName()));
    loader.asked.clear();
  }

  /** Every place of a stream in which a class can be named. */
  private static List<byte[]> streams(boolean sofa, String name) throws IOException {
    List<byte[]> streams = new ArrayList<>();
    for (String[] fields :
        new String[][] {
          {}, {"name"}, {"value"}, {"detailMessage", "cause", "stackTrace", "suppressedExceptions"}
        }) {
      streams.add(
          write(
              sofa,
              writer -> {
                writer.beginObject(ClassShape.of(name, fields));
                for (String ignored : fields) {
                  writer.write("x");
                }
              }));
    }
    streams.add(write(sofa, writer -> list(writer, name)));
    streams.add(write(sofa, writer -> list(writer, "[" + name)));
    streams.add(write(sofa, writer -> list(writer, "[[" + name)));
    streams.add(
        write(
            sofa,
            writer -> {
              writer.out().beginMap(name);
              writer.write("name");
              writer.write("x");
              writer.out().end();
            }));
    streams.add(
        write(
            sofa,
            writer -> {
              writer.beginObject(ClassShape.of(Pojo.class.getName(), "name"));
              writer.beginObject(ClassShape.of(name, "name"));
              writer.write("x");
            }));
    return streams;
  }

  private static void list(HessianWriter writer, String type) throws IOException {
    if (writer.out().beginList(1, type)) {
      writer.write("x");
      writer.out().end();
    } else {
      writer.write("x");
    }
  }

  private interface Writing {
    void to(HessianWriter writer) throws IOException;
  }

  private static byte[] write(boolean sofa, Writing writing) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (HessianWriter writer = HessianWriter.open(sofa, out, ClassFilter.JDK_ONLY)) {
      writing.to(writer);
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aServerRefusesThemWhereverTheyStandAndLoadsNone(boolean sofa) throws IOException {
    int refused = 0;
    for (String name : GADGETS) {
      for (byte[] bytes : streams(sofa, name)) {
        for (ClassFilter filter : List.of(served, allowed)) {
          Object read = null;
          try {
            read = Bytes.read(sofa, bytes, Object.class, filter);
          } catch (IOException e) {
            assertTrue(e.getMessage().contains(name), e.getMessage());
            refused++;
          }
          // an exception of an unknown class, or a list in place of an unknown JDK collection
          assertTrue(isHarmless(read), () -> name + " in " + Bytes.hex(bytes));
        }
      }
    }
    assertNoneLoaded();
    assertTrue(refused > GADGETS.size() * 2 * 6, refused + " refusals");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aClientOfAnUntypedMethodMakesDataOfThemAndLoadsNone(boolean sofa) throws IOException {
    for (String name : GADGETS) {
      for (byte[] bytes : streams(sofa, name)) {
        Object read;
        try {
          read = Bytes.read(sofa, bytes, Object.class, called);
        } catch (IOException refused) {
          continue;
        }
        assertTrue(isHarmless(read), () -> name + " in " + Bytes.hex(bytes));
      }
    }
    assertNoneLoaded();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theServicesOwnClassesAreMade(boolean sofa) throws IOException {
    byte[] bytes = Bytes.write(sofa, new Pojo());
    Object read = Bytes.read(sofa, bytes, Object.class, served);
    assertEquals(Pojo.class.getName(), read.getClass().getName());
    assertEquals(loader, read.getClass().getClassLoader());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theNameOfAGadgetInAMapsClassEntryIsText(boolean sofa) throws IOException {
    Map<String, String> map = Map.of("class", GADGETS.get(0), "@type", GADGETS.get(1));
    assertEquals(map, Bytes.read(sofa, Bytes.write(sofa, map), Object.class, served));
    assertThrows(
        IOException.class,
        () -> Bytes.read(sofa, Bytes.write(sofa, map, ClassFilter.GENERIC), Object.class, served));
    assertNoneLoaded();
  }

  private void assertNoneLoaded() {
    Predicate<String> isGadget = GADGETS::contains;
    assertFalse(loader.asked.stream().anyMatch(isGadget), loader.asked.toString());
  }

  private static boolean isHarmless(Object read) {
    return read == null
        || read.getClass() == io.duomesh.RpcException.class
        || read.getClass().getPackageName().equals("java.util")
            && (read instanceof Map || read instanceof List)
        || read instanceof Object[] array && !GADGETS.contains(array.getClass().getTypeName())
        || read.getClass().getName().equals(Pojo.class.getName());
  }
}
