package io.duomesh.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.core.annotation.AliasFor;
import org.springframework.stereotype.Component;

/**
 * Offers a bean to RPC callers under a Java interface's name: on the implementing class, which thus
 * becomes a component, or on a {@code @Bean} method. The bean is called through whatever proxies
 * Spring put around it. Texts may hold placeholders.
 */
@Documented
@Component
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface RpcService {
  /** The interface to offer; by default the only one that the bean's class implements. */
  Class<?> interfaceType() default void.class;

  /** The service's version; empty for none. */
  String version() default "";

  /** Dubbo's group; empty for none. */
  String group() default "";

  /** SOFARPC's unique id; empty for none. */
  String uniqueId() default "";

  /**
   * Name of an {@link java.util.concurrent.Executor} bean that runs the methods; empty for the
   * server's own threads.
   */
  String executor() default "";

  /**
   * The longest that a call may take here, such as {@code 500ms}: the caller is answered {@code
   * DEADLINE_EXCEEDED} then; see {@link io.duomesh.ServiceOptions#timeout()}. Empty or {@code 0}
   * for no limit but the caller's.
   */
  String timeout() default "";

  /** The component's name; ignored on a {@code @Bean} method. */
  @AliasFor(annotation = Component.class, attribute = "value")
  String beanName() default "";
}
