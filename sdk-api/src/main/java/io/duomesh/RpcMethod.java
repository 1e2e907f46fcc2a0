package io.duomesh;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says more about a method of a service interface than its signature does. Methods without it are
 * called by their Java name; those returning {@code CompletionStage} or {@code CompletableFuture}
 * are asynchronous on the caller's side.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface RpcMethod {
  /** Name on the wire; the Java name where empty. */
  String name() default "";

  /** Whether no answer is awaited; only for methods that return {@code void}. */
  boolean oneWay() default false;

  /** Timeout in milliseconds; -1 for the interface's or the settings', 0 for none. */
  long timeoutMillis() default -1;
}
