package io.duomesh.runtime;

import io.duomesh.transport.NonBlocking;

/** The one thread of a runtime that connects, configures, and wakes calls that wait. */
final class ControlThread extends Thread implements NonBlocking {
  ControlThread(Runnable task) {
    super(task, "duomesh-control");
    setDaemon(true);
  }
}
