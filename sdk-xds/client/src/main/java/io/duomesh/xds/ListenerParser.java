package io.duomesh.xds;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.duomesh.traffic.Listener;
import io.duomesh.xds.proto.envoy.config.core.v3.CidrRange;
import io.duomesh.xds.proto.envoy.config.core.v3.SocketAddress;
import io.duomesh.xds.proto.envoy.config.core.v3.TrafficDirection;
import io.duomesh.xds.proto.envoy.config.listener.v3.FilterChain;
import io.duomesh.xds.proto.envoy.config.listener.v3.FilterChainMatch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads {@code Listener}s: those of an API and those with filter chains. */
final class ListenerParser {
  private final FilterChainParser outbound;
  private final FilterChainParser inbound;

  ListenerParser(FilterParsers filters) {
    outbound = new FilterChainParser(filters, false);
    inbound = new FilterChainParser(filters, true);
  }

  /**
   * A listener.
   *
   * @param listener where calls enter
   * @param inbound whether it is where calls to this process enter
   * @param elsewhere whether a VirtualService of Istio says where its connections go, so that its
   *     clusters do not tell whose it is
   */
  record Parsed(Listener listener, boolean inbound, boolean elsewhere) {}

  /**
   * The listener of a resource.
   *
   * @param server whether it was asked for as that of a server
   * @throws IllegalArgumentException saying what is wrong
   */
  Parsed parse(io.duomesh.xds.proto.envoy.config.listener.v3.Listener listener, boolean server) {
    ProtoRules.check(listener);
    SupportedFields.TABLE.check(listener);
    if (listener.hasApiListener()) {
      if (server) {
        throw new IllegalArgumentException("api_listener: a server's listener has filter chains");
      }
      Listener.HttpRoutes routes =
          outbound.connectionManager(listener.getApiListener().getApiListener());
      return new Parsed(Listener.api(listener.getName(), routes), false, false);
    }
    if (!listener.hasAddress() && !listener.hasInternalListener()) {
      throw new IllegalArgumentException("listener has neither an address nor an api_listener");
    }
    if (listener.getFilterChainsCount() == 0
        && !listener.hasDefaultFilterChain()
        && listener.getAddress().getSocketAddress().getProtocol() != SocketAddress.Protocol.UDP) {
      throw new IllegalArgumentException("listener has no filter chains");
    }
    boolean isInbound = server || listener.getTrafficDirection() == TrafficDirection.INBOUND;
    // No call of ours enters an internal listener, so its filters need not be understood either.
    boolean internal = !listener.getAddress().hasSocketAddress();
    FilterChainParser chains = isInbound || internal ? inbound : outbound;
    List<Listener.FilterChain> all = new ArrayList<>();
    Set<FilterChainMatch> matches = new HashSet<>();
    for (FilterChain chain : listener.getFilterChainsList()) {
      if (!listener.hasFilterChainMatcher() && !matches.add(chain.getFilterChainMatch())) {
        throw new IllegalArgumentException(
            "filter chain " + chain.getName() + ": another chain has the same match");
      }
      if (comesFromAnywhere(chain.getFilterChainMatch())) {
        all.add(chain(chains, chain));
      }
    }
    SocketAddress address = listener.getAddress().getSocketAddress();
    Listener parsed =
        new Listener(
            listener.getName(),
            listener.getAddress().hasSocketAddress() ? address.getAddress() : null,
            address.getPortValue(),
            all,
            listener.hasDefaultFilterChain()
                ? chain(chains, listener.getDefaultFilterChain())
                : null);
    return new Parsed(
        parsed,
        isInbound,
        !isInbound
            && listener.getFilterChainsList().stream().anyMatch(ListenerParser::isElsewhere));
  }

  /** A chain for certain callers cannot be told to be ours; it is left out. */
  private static boolean comesFromAnywhere(FilterChainMatch match) {
    return match.getSourcePrefixRangesCount() == 0
        && match.getDirectSourcePrefixRangesCount() == 0
        && match.getSourcePortsCount() == 0
        && match.getSourceType() == FilterChainMatch.ConnectionSourceType.ANY;
  }

  private static boolean isElsewhere(FilterChain chain) {
    Struct istio = chain.getMetadata().getFilterMetadataMap().get("istio");
    return istio != null
        && istio
            .getFieldsOrDefault("config", Value.getDefaultInstance())
            .getStringValue()
            .contains("/virtual-service/");
  }

  private static Listener.FilterChain chain(FilterChainParser parser, FilterChain chain) {
    FilterChainMatch match = chain.getFilterChainMatch();
    try {
      return new Listener.FilterChain(
          chain.getName(),
          new Listener.Match(
              match.getDestinationPort().getValue(),
              match.getPrefixRangesList().stream().map(ListenerParser::range).toList(),
              match.getServerNamesList(),
              match.getTransportProtocol(),
              match.getApplicationProtocolsList()),
          parser.action(chain.getFiltersList()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "filter chain " + chain.getName() + ": " + e.getMessage(), e);
    }
  }

  private static String range(CidrRange range) {
    if (!IpAddresses.isAddress(range.getAddressPrefix())) {
      throw new IllegalArgumentException(
          "prefix_ranges: " + range.getAddressPrefix() + " (expected: an IP address)");
    }
    return range.getAddressPrefix() + "/" + range.getPrefixLen().getValue();
  }
}
