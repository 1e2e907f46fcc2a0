package io.duomesh.xds;

import io.duomesh.traffic.HeadRules;
import io.duomesh.traffic.HeadRules.EscapedSlashes;
import io.duomesh.traffic.HeadRules.StripPort;
import io.duomesh.xds.proto.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;

/** Reads what an {@code HttpConnectionManager} does to requests before they are routed. */
final class HeadRulesParser {
  private HeadRulesParser() {}

  static HeadRules parse(HttpConnectionManager manager) {
    StripPort port = manager.getStripMatchingHostPort() ? StripPort.MATCHING : StripPort.NEVER;
    if (manager.getStripAnyHostPort()) {
      if (port == StripPort.MATCHING) {
        throw new IllegalArgumentException(
            "strip_matching_host_port and strip_any_host_port exclude each other");
      }
      port = StripPort.ANY;
    }
    String scheme = manager.getSchemeHeaderTransformation().getSchemeToOverwrite();
    return new HeadRules(
        manager.getNormalizePath().getValue(),
        manager.getMergeSlashes(),
        switch (manager.getPathWithEscapedSlashesAction()) {
          case REJECT_REQUEST -> EscapedSlashes.REJECT;
          case UNESCAPE_AND_REDIRECT -> EscapedSlashes.REDIRECT;
          case UNESCAPE_AND_FORWARD -> EscapedSlashes.FORWARD;
          default -> EscapedSlashes.KEEP;
        },
        port,
        manager.getStripTrailingHostDot(),
        scheme.isEmpty() ? null : scheme);
  }
}
