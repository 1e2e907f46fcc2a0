package io.duomesh.examples.quickstart;

/**
 * An instance of the service, as mesh.yaml has it.
 *
 * @param host its host
 * @param port its port
 * @param version what its metadata says; empty where it says nothing
 */
record Instance(String host, int port, String version) {
  String address() {
    return host + ":" + port;
  }

  @Override
  public String toString() {
    return version.isEmpty() ? address() : version + " at " + address();
  }
}
