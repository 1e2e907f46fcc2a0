package io.duomesh.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mockito.Mockito.when;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

/** Nothing of Duomesh need be there: not its auto-configuration, let alone a runtime. */
@SpringJUnitConfig
class MockitoBeanTest {
  @MockitoBean Greeting greeting;
  @Autowired ClientsTest.Caller caller;

  @Test
  void clientIsReplacedByAMock() {
    when(greeting.greet("x")).thenReturn("mocked");
    assertEquals("mocked", caller.greeting.greet("x"));
  }

  @Configuration(proxyBeanMethods = false)
  @ImportRpcClients(target = "nowhere:1", types = Greeting.class)
  @Import(ClientsTest.Caller.class)
  static class Application {}
}
