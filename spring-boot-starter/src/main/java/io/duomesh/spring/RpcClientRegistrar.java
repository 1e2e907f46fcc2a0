package io.duomesh.spring;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.beans.factory.config.ConstructorArgumentValues;
import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.env.Environment;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.ResourcePatternUtils;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.ClassMetadata;
import org.springframework.core.type.classreading.CachingMetadataReaderFactory;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.util.ClassUtils;

/** Registers the bean definitions that {@link ImportRpcClients} asks for. */
final class RpcClientRegistrar implements ImportBeanDefinitionRegistrar {
  /** Marks the definitions of clients with their interface. */
  static final String CLIENT_OF = RpcClientRegistrar.class.getName() + ".type";

  private final Environment environment;
  private final ResourceLoader resources;

  RpcClientRegistrar(Environment environment, ResourceLoader resources) {
    this.environment = environment;
    this.resources = resources;
  }

  @Override
  public void registerBeanDefinitions(
      AnnotationMetadata importing, BeanDefinitionRegistry registry) {
    MergedAnnotations annotations = importing.getAnnotations();
    Stream.concat(
            annotations.stream(ImportRpcClients.class),
            annotations.stream(ImportRpcClients.Several.class)
                .map(several -> several.getAnnotationArray("value", ImportRpcClients.class))
                .flatMap(Stream::of))
        .forEach(annotation -> register(annotation, importing.getClassName(), registry));
  }

  private void register(
      MergedAnnotation<ImportRpcClients> annotation,
      String importing,
      BeanDefinitionRegistry registry) {
    ClientTexts texts =
        new ClientTexts(
                annotation.getString("target"),
                annotation.getString("version"),
                annotation.getString("group"),
                annotation.getString("uniqueId"),
                annotation.getString("timeout"))
            .resolved(environment::resolveRequiredPlaceholders);
    Set<String> types = new LinkedHashSet<>();
    for (Class<?> type : annotation.getClassArray("types")) {
      types.add(type.getName());
    }
    for (String name : annotation.getStringArray("basePackages")) {
      types.addAll(interfacesIn(environment.resolveRequiredPlaceholders(name)));
    }
    if (types.isEmpty()) {
      throw new IllegalStateException(
          "@ImportRpcClients(target = \"%s\") on %s names no interface (expected: types or basePackages)"
              .formatted(texts.target(), importing));
    }
    types.forEach(type -> register(type, texts, registry));
  }

  private void register(String name, ClientTexts texts, BeanDefinitionRegistry registry) {
    Class<?> type = ClassUtils.resolveClassName(name, resources.getClassLoader());
    RootBeanDefinition definition = new RootBeanDefinition(RpcClients.class);
    definition.setTargetType(type);
    definition.setFactoryMethodName("create");
    definition.setAttribute(CLIENT_OF, type);
    ConstructorArgumentValues arguments = definition.getConstructorArgumentValues();
    arguments.addIndexedArgumentValue(0, new RuntimeBeanReference(RpcClients.BEAN));
    arguments.addIndexedArgumentValue(1, type);
    arguments.addIndexedArgumentValue(2, texts);
    definition.setResourceDescription("@ImportRpcClients of " + texts.target());
    // A second target for one interface: its bean needs a name of its own.
    String bean = registry.containsBeanDefinition(name) ? name + "@" + texts.target() : name;
    registry.registerBeanDefinition(bean, definition);
  }

  private Set<String> interfacesIn(String basePackage) {
    Set<String> names = new LinkedHashSet<>();
    MetadataReaderFactory readers = new CachingMetadataReaderFactory(resources);
    String pattern = "classpath*:" + ClassUtils.convertClassNameToResourcePath(basePackage);
    try {
      for (Resource resource :
          ResourcePatternUtils.getResourcePatternResolver(resources)
              .getResources(pattern + "/**/*.class")) {
        ClassMetadata found = readers.getMetadataReader(resource).getClassMetadata();
        if (found.isInterface() && !found.isAnnotation() && found.isIndependent()) {
          names.add(found.getClassName());
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot read the classes of package " + basePackage, e);
    }
    return names;
  }
}
