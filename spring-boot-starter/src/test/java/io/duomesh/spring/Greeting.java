package io.duomesh.spring;

/** What the tests call and serve. */
public interface Greeting {
  String greet(String name);
}
