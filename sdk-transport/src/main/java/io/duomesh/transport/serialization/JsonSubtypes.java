package io.duomesh.transport.serialization;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.jsontype.PolymorphicTypeValidator;
import java.util.Map;

/**
 * Which classes JSON may name where a class of the application lets it: those of that class's own
 * package and below. Asked by name, before anything is loaded.
 */
final class JsonSubtypes extends PolymorphicTypeValidator.Base {
  private static final long serialVersionUID = 1L;

  @Override
  public Validity validateSubClassName(MapperConfig<?> config, JavaType base, String name) {
    String home = base.getRawClass().getPackageName();
    boolean near =
        Packages.hasOneOwner(home) && Packages.around(name, Map.of(home, true)) != null
            || name.equals(base.getRawClass().getName());
    return near && !DeniedClasses.denies(name) ? Validity.ALLOWED : Validity.DENIED;
  }
}
