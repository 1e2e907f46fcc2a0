package io.duomesh.transport.netty;

import io.duomesh.transport.NonBlocking;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.FastThreadLocalThread;

/** Makes the threads of event loops: daemons, known to be such. */
final class LoopThreads extends DefaultThreadFactory {
  LoopThreads() {
    super("duomesh-io", true);
  }

  @Override
  protected Thread newThread(Runnable task, String name) {
    return new LoopThread(threadGroup, task, name);
  }

  private static final class LoopThread extends FastThreadLocalThread implements NonBlocking {
    LoopThread(ThreadGroup group, Runnable task, String name) {
      super(group, task, name);
    }
  }
}
