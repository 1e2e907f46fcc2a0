package io.duomesh.spring;

import io.duomesh.Duomesh;

/** Makes the clients that annotations ask for. */
final class RpcClients {
  /** The bean's name, by which the definitions of clients refer to it. */
  static final String BEAN = "duomeshClients";

  private final Duomesh duomesh;

  RpcClients(Duomesh duomesh) {
    this.duomesh = duomesh;
  }

  /** The factory method that the definitions of clients name. */
  static Object create(RpcClients clients, Class<?> type, ClientTexts texts) {
    return clients.create(type, texts);
  }

  /** A client of a service; sends nothing. */
  Object create(Class<?> type, ClientTexts texts) {
    try {
      return duomesh.client(type, texts.options());
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw StartFailedException.client(type, texts.target(), e);
    }
  }
}
