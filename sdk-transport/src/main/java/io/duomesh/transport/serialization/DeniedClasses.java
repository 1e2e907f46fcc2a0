package io.duomesh.transport.serialization;

import java.io.IOException;
import java.util.List;

/**
 * Classes that no configuration lets in: known links of deserialization attacks. A second fence
 * only; the first is that nothing is allowed that no service names.
 */
final class DeniedClasses {
  private static final List<String> PREFIXES =
      List.of(
          "bsh.",
          "ch.qos.logback.core.db.",
          "clojure.",
          "com.alibaba.druid.pool.",
          "com.alibaba.fastjson",
          "com.caucho.",
          "com.ibatis.",
          "com.mchange.",
          "com.mysql.",
          "com.p6spy.",
          "com.rometools.",
          "com.sun.",
          "com.zaxxer.hikari.",
          "groovy.",
          "java.awt.",
          "java.beans.",
          "java.lang.",
          "java.net.",
          "java.rmi.",
          "java.security.",
          "javassist.",
          "javax.",
          "jdk.",
          "net.sf.cglib.",
          "oracle.",
          "org.apache.bcel.",
          "org.apache.carbondata.",
          "org.apache.commons.beanutils.",
          "org.apache.commons.collections",
          "org.apache.commons.configuration",
          "org.apache.commons.dbcp",
          "org.apache.commons.fileupload.",
          "org.apache.ibatis.",
          "org.apache.tomcat.",
          "org.apache.velocity.",
          "org.apache.wicket.",
          "org.apache.xalan.",
          "org.apache.xbean.",
          "org.aspectj.",
          "org.codehaus.groovy.",
          "org.codehaus.jackson.",
          "org.eclipse.jetty.",
          "org.hibernate.",
          "org.javasimon.",
          "org.jboss.",
          "org.mozilla.javascript.",
          "org.python.",
          "org.quartz.",
          "org.springframework.",
          "org.yaml.snakeyaml.",
          "sun.");

  private DeniedClasses() {}

  static boolean denies(String className) {
    for (String prefix : PREFIXES) {
      if (className.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  static IOException refusal(String className) {
    String known =
        denies(className)
            ? "it is a known means of attack and never allowed"
            : "no signature of the service names it; if it belongs there, add it or its package"
                + " (ending in a dot) to duomesh.serialization.allow";
    return new IOException("Class " + className + " is refused: " + known);
  }
}
