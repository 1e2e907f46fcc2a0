package io.duomesh.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Sets a field to a client of the field's interface, for code that comes from Dubbo's {@code
 * DubboReference} or SOFABoot's {@code SofaReference}. Such a client is no bean: other beans cannot
 * inject it and tests cannot replace it. New code uses {@link ImportRpcClients}. Texts may hold
 * placeholders.
 */
@Documented
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
public @interface RpcReference {
  /** Whom to call, see {@link io.duomesh.ClientOptions#target()}. */
  String target();

  /** The service's version; empty for none. */
  String version() default "";

  /** Dubbo's group; empty for none. */
  String group() default "";

  /** SOFARPC's unique id; empty for none. */
  String uniqueId() default "";

  /**
   * Time for each call, such as {@code 500ms}; {@code 0} for no limit; empty for {@code
   * duomesh.client.timeout}.
   */
  String timeout() default "";
}
