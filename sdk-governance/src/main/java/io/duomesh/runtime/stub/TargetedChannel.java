package io.duomesh.runtime.stub;

import io.duomesh.Channel;

/** A channel that knows whom it calls. */
public interface TargetedChannel extends Channel {
  /** The authority of its target: {@code host[:port]} or a service name. */
  String authority();
}
