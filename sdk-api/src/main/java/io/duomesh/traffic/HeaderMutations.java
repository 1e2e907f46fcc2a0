package io.duomesh.traffic;

import java.util.List;

/**
 * Header changes of one level (weighted cluster, route, virtual host, configuration). A level
 * removes, then adds. Levels apply in the order weighted cluster, route, virtual host,
 * configuration; where the most specific wins, in the order weighted cluster, configuration,
 * virtual host, route.
 *
 * @param requestAdd additions to requests
 * @param requestRemove names removed from requests
 * @param responseAdd additions to responses
 * @param responseRemove names removed from responses
 */
public record HeaderMutations(
    List<Addition> requestAdd,
    List<String> requestRemove,
    List<Addition> responseAdd,
    List<String> responseRemove) {

  /** No changes. */
  public static final HeaderMutations NONE =
      new HeaderMutations(List.of(), List.of(), List.of(), List.of());

  /** Copies the lists. */
  public HeaderMutations {
    requestAdd = List.copyOf(requestAdd);
    requestRemove = List.copyOf(requestRemove);
    responseAdd = List.copyOf(responseAdd);
    responseRemove = List.copyOf(responseRemove);
  }

  /** Whether nothing changes. */
  public boolean isEmpty() {
    return requestAdd.isEmpty()
        && requestRemove.isEmpty()
        && responseAdd.isEmpty()
        && responseRemove.isEmpty();
  }

  /** What happens where the header is there already. */
  public enum Append {
    APPEND_IF_EXISTS_OR_ADD,
    ADD_IF_ABSENT,
    OVERWRITE_IF_EXISTS_OR_ADD,
    OVERWRITE_IF_EXISTS
  }

  /**
   * A header to add.
   *
   * @param name its name
   * @param value a format string ({@code %REQ(x)%} …)
   * @param append what happens where it is there already
   * @param keepEmptyValue whether an empty outcome is added as well
   */
  public record Addition(String name, String value, Append append, boolean keepEmptyValue) {}
}
