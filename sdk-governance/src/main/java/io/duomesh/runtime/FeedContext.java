package io.duomesh.runtime;

import io.duomesh.Channel;
import io.duomesh.Settings;
import io.duomesh.runtime.cluster.ClusterContext;
import io.duomesh.runtime.routing.Target;
import io.duomesh.spi.TrafficSource;
import io.duomesh.traffic.TlsPolicy;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.DirectChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What one source may use of the runtime: its targets, its channels, the control thread. */
final class FeedContext implements TrafficSource.Context, AutoCloseable {
  private static final int MOST_BYTES = 1 << 30;

  private final Settings settings;
  private final ClusterContext context;
  private final Set<Target> wanted = ConcurrentHashMap.newKeySet();
  private final List<Runnable> demandListeners = new CopyOnWriteArrayList<>();
  private final List<DirectChannel> channels = new CopyOnWriteArrayList<>();
  private volatile @Nullable String listeningAddress;

  FeedContext(Settings settings, ClusterContext context) {
    this.settings = settings;
    this.context = context;
  }

  /** A target is wanted from now on; whether it was not before. {@link #tell} tells the source. */
  boolean want(Target target) {
    return wanted.add(target);
  }

  /** The targets wanted now; a live view. */
  Set<Target> wanted() {
    return wanted;
  }

  /** The server takes calls at an address, or is about to; whether it was another before. */
  boolean listening(String address) {
    boolean other = !address.equals(listeningAddress);
    listeningAddress = address;
    return other;
  }

  /** Tells the source that its demand, or the server's address, has changed. */
  void tell() {
    demandListeners.forEach(context.scheduler()::execute);
  }

  @Override
  public Channel channel(String address, @Nullable TlsPolicy tls) {
    int colon = address.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException("address: " + address + " (expected: host:port)");
    }
    String host = address.substring(0, colon);
    DirectChannel channel =
        new DirectChannel(
            "triple",
            new ConnectSpec(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                Integer.parseInt(address.substring(colon + 1)),
                settings.duration("duomesh.xds.connect-timeout", Duration.ofSeconds(5)),
                tls,
                null,
                context.transports(),
                Map.of(
                    ConnectSpec.MAX_MESSAGE_BYTES,
                    String.valueOf(
                        settings.integer(
                            "duomesh.xds.max-message-size", 64 << 20, 1024, MOST_BYTES)))));
    channels.add(channel);
    return channel;
  }

  @Override
  public ScheduledExecutorService scheduler() {
    return context.scheduler();
  }

  @Override
  public Settings settings() {
    return settings;
  }

  @Override
  public Set<String> demand() {
    return wanted.stream().map(Target::authority).collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public @Nullable String listeningAddress() {
    return listeningAddress;
  }

  @Override
  public void onDemand(Runnable changed) {
    demandListeners.add(changed);
  }

  /** Closes its channels. */
  @Override
  public void close() {
    channels.forEach(DirectChannel::close);
  }
}
