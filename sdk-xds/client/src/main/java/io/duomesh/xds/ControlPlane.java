package io.duomesh.xds;

import io.duomesh.Channel;
import io.duomesh.Status;
import io.duomesh.spi.TrafficSource;
import io.duomesh.traffic.TrafficSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one client of a control plane and node in this process, shared by all sources that name them.
 * Its state is confined to a thread of its own; who attaches first lends the channel, and when he
 * leaves the next one does.
 */
final class ControlPlane implements AdsClient.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);
  private static final Map<Key, ControlPlane> SHARED = new HashMap<>();

  private record Key(String server, String nodeId, boolean wildcard, boolean incremental) {}

  /** Who uses it, and the channel that he lends once he is asked for it. */
  static final class Attachment {
    private final TrafficSource.Context context;
    private final TrafficSource.Watcher watcher;
    private @Nullable Channel channel;

    Attachment(TrafficSource.Context context, TrafficSource.Watcher watcher) {
      this.context = context;
      this.watcher = watcher;
    }
  }

  private final Key key;
  private final XdsBootstrap bootstrap;
  private final ScheduledThreadPoolExecutor loop;
  private final AdsClient client;
  private final List<Attachment> attachments = new ArrayList<>();
  private @Nullable TrafficSnapshot latest;
  private @Nullable Status trouble;
  private int users;

  private ControlPlane(Key key, XdsBootstrap bootstrap, @Nullable XdsCache cache) {
    this.key = key;
    this.bootstrap = bootstrap;
    this.loop =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "duomesh-xds");
              thread.setDaemon(true);
              return thread;
            });
    loop.setRemoveOnCancelPolicy(true);
    loop.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    this.client =
        new AdsClient(bootstrap, loop, new SplittableRandom(), this::channel, this, cache);
  }

  /** Attaches to the client of a control plane, which is started for the first. */
  static ControlPlane attach(XdsBootstrap bootstrap, Attachment attachment) {
    Key key =
        new Key(
            bootstrap.server(), bootstrap.nodeId(), bootstrap.wildcard(), bootstrap.incremental());
    synchronized (SHARED) {
      ControlPlane plane =
          SHARED.computeIfAbsent(
              key,
              k ->
                  new ControlPlane(
                      k, bootstrap, XdsCache.of(attachment.context.settings(), bootstrap)));
      plane.users++;
      plane.loop.execute(() -> plane.add(attachment));
      attachment.context.onDemand(() -> plane.submit(plane::updateDemand));
      return plane;
    }
  }

  /** Detaches; the last one ends the client. */
  void detach(Attachment attachment) {
    synchronized (SHARED) {
      if (--users == 0) {
        SHARED.remove(key);
        submit(client::close);
        loop.shutdown();
      } else {
        submit(() -> remove(attachment));
      }
    }
  }

  private void submit(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.trace("Closed", e);
    }
  }

  private void add(Attachment attachment) {
    attachments.add(attachment);
    client.demand(demand());
    if (attachments.size() == 1) {
      client.start();
      return;
    }
    if (latest != null) {
      deliver(attachment, latest);
    }
    if (trouble != null) {
      tell(attachment, trouble);
    }
  }

  private void remove(Attachment attachment) {
    boolean lender = attachment.channel != null;
    attachments.remove(attachment);
    updateDemand();
    if (lender) {
      client.reconnect();
    }
  }

  private void updateDemand() {
    client.demand(demand());
  }

  private Set<String> demand() {
    ListenerNames listeners = bootstrap.names();
    Set<String> names = new LinkedHashSet<>();
    for (Attachment attachment : attachments) {
      attachment.context.demand().forEach(target -> names.add(listeners.ofTarget(target)));
      String address = attachment.context.listeningAddress();
      String server = address == null ? null : listeners.ofServer(address);
      if (server != null) {
        names.add(server);
      }
    }
    return names;
  }

  private Channel channel() {
    Attachment first = attachments.get(0);
    if (first.channel == null) {
      first.channel = first.context.channel(bootstrap.server(), bootstrap.tls());
    }
    return first.channel;
  }

  @Override
  public CompletionStage<Map<String, String>> onSnapshot(TrafficSnapshot snapshot) {
    latest = snapshot;
    trouble = null;
    Map<String, String> errors = new HashMap<>();
    CompletableFuture<?>[] all =
        attachments.stream()
            .map(
                attachment ->
                    deliver(attachment, snapshot)
                        .thenAccept(
                            its -> {
                              synchronized (errors) {
                                errors.putAll(its);
                              }
                            }))
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(all).thenApply(nothing -> errors);
  }

  @Override
  public void onTrouble(Status status, @Nullable Status ended) {
    trouble = status;
    attachments.forEach(attachment -> tell(attachment, status));
  }

  private static CompletableFuture<Map<String, String>> deliver(
      Attachment attachment, TrafficSnapshot snapshot) {
    CompletableFuture<Map<String, String>> errors = new CompletableFuture<>();
    try {
      attachment
          .context
          .scheduler()
          .execute(
              () -> {
                try {
                  errors.complete(attachment.watcher.onSnapshot(snapshot));
                } catch (RuntimeException | Error e) {
                  LOG.error("Configuration {} was not taken", snapshot.version(), e);
                  errors.complete(Map.of());
                }
              });
    } catch (RejectedExecutionException e) {
      // Its runtime is going down.
      errors.complete(Map.of());
    }
    return errors;
  }

  private static void tell(Attachment attachment, Status status) {
    try {
      attachment.context.scheduler().execute(() -> attachment.watcher.onTrouble(status));
    } catch (RejectedExecutionException e) {
      LOG.trace("Closed", e);
    }
  }
}
