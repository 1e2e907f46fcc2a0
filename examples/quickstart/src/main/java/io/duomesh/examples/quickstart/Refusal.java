package io.duomesh.examples.quickstart;

/**
 * A resource that is not in use.
 *
 * @param by who refused it: the file's reader, or a node of the control plane
 * @param type its message's short name, such as {@code Cluster}
 * @param reason what was said; names the resource
 */
record Refusal(String by, String type, String reason) {
  /** Whether it is about that resource. */
  boolean concerns(ResourceName resource) {
    return type.equals(resource.type())
        && reason.matches(
            "(?s)(.*[^\\w.-])?" + java.util.regex.Pattern.quote(resource.name()) + "([^\\w-].*)?");
  }

  @Override
  public String toString() {
    return type + ", by " + by + ": " + reason;
  }
}
