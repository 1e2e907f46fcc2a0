package io.duomesh.runtime;

import io.duomesh.Duomesh;
import io.duomesh.RuntimeProvider;

/** Makes the one runtime there is. */
public final class DefaultRuntimeProvider implements RuntimeProvider {
  @Override
  public Duomesh create(Config config) {
    return new MeshRuntime(config);
  }
}
