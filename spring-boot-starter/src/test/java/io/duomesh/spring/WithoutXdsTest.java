package io.duomesh.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

/**
 * The build runs {@link CallsTest} twice: with all jars, then without those of {@code sdk-xds}.
 * This test makes sure that the second run is what it says.
 */
class WithoutXdsTest {
  @Test
  void xdsIsThereUnlessLeftOut() {
    boolean leftOut = Boolean.getBoolean("duomesh.test.without-xds");
    Object found = getClass().getClassLoader().getResource("io/duomesh/xds/package-info.class");
    if (leftOut) {
      assertNull(found);
    } else {
      assertNotNull(found);
    }
    assertEquals(leftOut, !isPresent("io.duomesh.xds.XdsTypes"));
  }

  private boolean isPresent(String type) {
    try {
      Class.forName(type, false, getClass().getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
