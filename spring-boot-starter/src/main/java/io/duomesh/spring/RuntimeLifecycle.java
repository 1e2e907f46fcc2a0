package io.duomesh.spring;

import io.duomesh.Duomesh;
import org.springframework.context.SmartLifecycle;

/**
 * Connects the runtime before anything else of the context starts, so that listeners and web
 * requests find routes. It ends later than any phase: by the bean's destruction, after every bean
 * that holds a client.
 */
final class RuntimeLifecycle implements SmartLifecycle {
  private final Duomesh duomesh;
  private volatile boolean running;

  RuntimeLifecycle(Duomesh duomesh) {
    this.duomesh = duomesh;
  }

  @Override
  public void start() {
    try {
      duomesh.startClients();
    } catch (IllegalArgumentException e) {
      throw StartFailedException.settings(e);
    } catch (IllegalStateException e) {
      throw StartFailedException.configuration(e);
    }
    running = true;
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return Integer.MIN_VALUE;
  }

  /** Spring 7 pauses contexts that tests do not use at the moment; connections stay. */
  public boolean isPauseable() {
    return false;
  }
}
