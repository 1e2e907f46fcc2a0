package io.duomesh.transport.serialization;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The serializers that are on the class path, by name. Found once. */
public final class Serializers {
  /** Final Hessian 2, as Dubbo's wrapper form carries it. */
  public static final String HESSIAN2 = "hessian2";

  /** The dialect of SOFA-Hessian 3.5.x, as Bolt carries it. */
  public static final String HESSIAN_SOFA = "hessian-sofa";

  /** Protobuf messages, bare. */
  public static final String PROTOBUF = "protobuf";

  /** JSON, typed by what is expected. */
  public static final String JSON = "json";

  private Serializers() {}

  /**
   * The serializer of a name.
   *
   * @throws IllegalArgumentException if there is none; the message lists those that are there
   */
  public static Serializer named(String name) {
    Serializer found = Found.BY_NAME.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "No serializer is named " + name + " (there are: " + Found.BY_NAME.keySet() + ")");
    }
    return found;
  }

  /** Loaded when first asked for. */
  private static final class Found {
    static final Map<String, Serializer> BY_NAME = load();

    private static Map<String, Serializer> load() {
      Map<String, Serializer> byName = new TreeMap<>();
      for (Serializer each :
          ServiceLoader.load(Serializer.class, Serializers.class.getClassLoader())) {
        Serializer other = byName.putIfAbsent(each.name(), each);
        if (other != null) {
          throw new IllegalStateException(
              "Two serializers are named %s: %s and %s"
                  .formatted(each.name(), other.getClass().getName(), each.getClass().getName()));
        }
      }
      return byName;
    }
  }
}
