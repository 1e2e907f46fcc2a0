package io.duomesh.spring;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.core.ResolvableType;

/**
 * Where an application imports a client of an interface that it also offers, injection by the
 * interface gives the client; the implementation is injected by its class.
 */
final class ClientPrecedence implements BeanFactoryPostProcessor {
  @Override
  public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
    for (String client : beans.getBeanDefinitionNames()) {
      Object type = beans.getBeanDefinition(client).getAttribute(RpcClientRegistrar.CLIENT_OF);
      if (type instanceof Class<?> offered) {
        giveWay(beans, offered);
      }
    }
  }

  private static void giveWay(ConfigurableListableBeanFactory beans, Class<?> type) {
    for (String name : beans.getBeanNamesForType(ResolvableType.forClass(type), true, false)) {
      if (beans.containsBeanDefinition(name)
          && beans.findAnnotationOnBean(name, RpcService.class, false) != null) {
        BeanDefinition definition = beans.getBeanDefinition(name);
        if (definition instanceof AbstractBeanDefinition implementation) {
          implementation.setFallback(true);
        }
      }
    }
  }
}
