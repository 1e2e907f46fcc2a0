package io.duomesh.transport.serialization;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
          "com.fasterxml.jackson.databind.jsontype.",
          "com.fasterxml.jackson.databind.node.POJONode",
          "com.ibatis.",
          "com.mchange.",
          "com.mysql.",
          "com.newrelic.agent.",
          "com.p6spy.",
          "com.rometools.",
          "com.sun.",
          "com.zaxxer.hikari.",
          "flex.messaging.util.concurrent.",
          "groovy.",
          "java.awt.",
          "java.beans.",
          "java.lang.",
          "java.net.",
          "java.rmi.",
          "java.security.",
          "java.util.ServiceLoader",
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
          "org.apache.logging.log4j.",
          "org.apache.log4j.",
          "org.apache.openjpa.",
          "org.apache.shiro.",
          "org.apache.tomcat.",
          "org.apache.velocity.",
          "org.apache.wicket.",
          "org.apache.xalan.",
          "org.apache.xbean.",
          "org.apache.xpath.",
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
          "org.reflections.",
          "org.slf4j.ext.",
          "org.springframework.aop.",
          "org.springframework.beans.",
          "org.springframework.cache.",
          "org.springframework.cglib.",
          "org.springframework.context.",
          "org.springframework.core.",
          "org.springframework.ejb.",
          "org.springframework.jdbc.",
          "org.springframework.jms.",
          "org.springframework.jndi.",
          "org.springframework.objenesis.",
          "org.springframework.orm.",
          "org.springframework.remoting.",
          "org.springframework.scheduling.",
          "org.springframework.scripting.",
          "org.springframework.transaction.",
          "org.springframework.web.",
          "org.yaml.snakeyaml.",
          "sun.");

  private DeniedClasses() {}

  static boolean denies(String className) {
    return prefix(className) != null;
  }

  private static @Nullable String prefix(String className) {
    for (String prefix : PREFIXES) {
      if (className.startsWith(prefix)) {
        return prefix;
      }
    }
    return null;
  }

  static IOException refusal(String className, ClassFilter filter) {
    String prefix = prefix(className);
    return new HessianException(
        "Class "
            + className
            + " is refused: "
            + (prefix == null
                ? filter.refusal(className)
                : prefix + " has known means of attack, and is never allowed"));
  }
}
