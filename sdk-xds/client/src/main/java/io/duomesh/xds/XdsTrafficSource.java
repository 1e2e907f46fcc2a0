package io.duomesh.xds;

import io.duomesh.spi.TrafficSource;
import org.jspecify.annotations.Nullable;

/**
 * Traffic configuration from an xDS control plane. Sources of one process that name the same
 * control plane and node share one stream.
 */
final class XdsTrafficSource implements TrafficSource {
  private final XdsBootstrap bootstrap;
  private ControlPlane.@Nullable Attachment attachment;
  private @Nullable ControlPlane plane;

  XdsTrafficSource(XdsBootstrap bootstrap) {
    this.bootstrap = bootstrap;
  }

  @Override
  public synchronized void start(Context context, Watcher watcher) {
    if (plane != null) {
      throw new IllegalStateException("the source was started before");
    }
    ControlPlane.Attachment mine = new ControlPlane.Attachment(context, watcher);
    attachment = mine;
    plane = ControlPlane.attach(bootstrap, mine);
  }

  @Override
  public String description() {
    return "xDS control plane " + bootstrap.server() + " as node " + bootstrap.nodeId();
  }

  @Override
  public synchronized void close() {
    if (plane != null && attachment != null) {
      plane.detach(attachment);
      attachment = null;
    }
  }
}
