package io.duomesh.governance.filter;

import io.duomesh.Metadata;
import io.duomesh.governance.route.MetadataHead;
import org.jspecify.annotations.Nullable;

/**
 * A call as rate-limit rules see it.
 *
 * @param authority whom it is for; empty where that is not known
 * @param path path of the method
 * @param metadata its headers
 * @param peer the caller's address without port; null where it is not known
 * @param cluster the cluster it goes to; null for inbound calls
 */
record CallHead(
    String authority,
    String path,
    Metadata metadata,
    @Nullable String peer,
    @Nullable String cluster)
    implements MetadataHead {
  /** The caller's address: what proxies told last, else the peer's. */
  @Nullable String remoteAddress() {
    String told = forwardedFor();
    return told == null ? peer : told;
  }

  @Override
  public String peerAddress() {
    return peer == null ? MetadataHead.super.peerAddress() : peer;
  }

  @Override
  public String callerAddress() {
    String remote = peer == null ? null : remoteAddress();
    return remote == null ? MetadataHead.super.callerAddress() : remote;
  }
}
