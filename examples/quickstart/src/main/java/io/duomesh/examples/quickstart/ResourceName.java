package io.duomesh.examples.quickstart;

/**
 * A resource.
 *
 * @param type its message's short name, such as {@code Cluster}
 * @param name its name
 */
record ResourceName(String type, String name) {
  @Override
  public String toString() {
    return type + " " + name;
  }
}
