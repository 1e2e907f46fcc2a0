package io.duomesh.benchmarks.idle;

/** One side of many idle connections. */
interface IdlePeer {
  /** Opens a server's port. */
  int serve() throws Exception;

  /** Opens more connections and waits until they stand. */
  void connect(int port, int connections) throws Exception;

  /** Heartbeats sent so far; −1 if it does not count them. */
  long heartbeats();

  /** Connections that have ended so far; 0 if it does not count them. */
  default long lost() {
    return 0;
  }
}
