package io.duomesh.spring;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

@ExtendWith(OutputCaptureExtension.class)
class StartFailureReportTest {
  @Test
  void bootPrintsWhatHappenedAndWhatToDo(CapturedOutput output) {
    SpringApplicationBuilder application =
        new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE);
    assertThrows(BeanCreationException.class, () -> application.run("--duomesh.server.threads=0"));
    for (String part :
        new String[] {
          "APPLICATION FAILED TO START", "duomesh.server.threads: 0", "Correct the setting"
        }) {
      assertTrue(output.getAll().contains(part), output.getAll());
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {}
}
