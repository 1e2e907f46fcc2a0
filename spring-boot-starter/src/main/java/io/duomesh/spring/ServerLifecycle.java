package io.duomesh.spring;

import io.duomesh.Duomesh;
import org.springframework.context.SmartLifecycle;

/**
 * Offers the services when everything else of the context has started, and drains the server before
 * anything else stops, the web server's graceful phase included.
 */
final class ServerLifecycle implements SmartLifecycle {
  private final Duomesh duomesh;
  private final RpcServices services;
  private volatile boolean running;

  ServerLifecycle(Duomesh duomesh, RpcServices services) {
    this.duomesh = duomesh;
    this.services = services;
  }

  @Override
  public void start() {
    for (RpcServices.Offer offer : services.find()) {
      try {
        offer.export(duomesh);
      } catch (IllegalArgumentException | IllegalStateException e) {
        throw StartFailedException.service(offer, e);
      }
    }
    open();
    running = true;
  }

  /** Opens the port once every service is there, so that no caller finds one missing. */
  private void open() {
    try {
      duomesh.start();
    } catch (IllegalStateException e) {
      throw StartFailedException.server(e);
    }
  }

  /** Drains on a thread of its own, so that the rest of the phase stops meanwhile. */
  @Override
  public void stop(Runnable callback) {
    Thread thread =
        new Thread(
            () -> {
              try {
                stop();
              } finally {
                callback.run();
              }
            },
            "duomesh-server-stop");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void stop() {
    duomesh.stopServer();
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }

  /** Spring 7 pauses contexts that tests do not use at the moment; a stopped server stays so. */
  public boolean isPauseable() {
    return false;
  }
}
