package io.duomesh.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Import;

/**
 * Makes clients of a target's services ordinary beans: on a configuration class, one bean per
 * interface, named by the interface's full name. They are injected by type, into constructors too,
 * and replaced by {@code @MockitoBean} like any other bean. Creating one sends nothing. Texts may
 * hold placeholders. May be repeated.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(ImportRpcClients.Several.class)
@Import(RpcClientRegistrar.class)
public @interface ImportRpcClients {
  /** Whom to call, see {@link io.duomesh.ClientOptions#target()}. */
  String target();

  /** The interfaces to make clients of. */
  Class<?>[] types() default {};

  /** Packages all of whose interfaces are made clients of, subpackages included. */
  String[] basePackages() default {};

  /** The services' version; empty for none. */
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

  /** Holds repeated annotations. */
  @Documented
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.RUNTIME)
  @Import(RpcClientRegistrar.class)
  @interface Several {
    /** The annotations. */
    ImportRpcClients[] value();
  }
}
