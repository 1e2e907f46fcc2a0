package io.duomesh.runtime.stub;

import io.duomesh.ClientCall;
import io.duomesh.Metadata;
import io.duomesh.Status;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The caller of a one-way method wants no outcome; a failure to send is worth a line in debug. */
final class OneWayListener implements ClientCall.Listener {
  static final OneWayListener INSTANCE = new OneWayListener();
  private static final Logger log = LoggerFactory.getLogger(OneWayListener.class);

  private OneWayListener() {}

  @Override
  public void onMessage(@Nullable Object message) {}

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (!status.isOk()) {
      log.debug("one-way call was not sent: {}", status);
    }
  }
}
