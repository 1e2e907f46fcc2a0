package io.duomesh.xds;

import com.google.protobuf.Any;
import io.duomesh.Settings;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last good configuration on disk, for a start without a control plane. One file per control
 * plane and node, with one {@code DeltaDiscoveryResponse} per type; written some seconds after a
 * change; secrets are left out.
 *
 * <p>{@code duomesh.xds.cache-dir} names the directory, {@code off} turns the cache off; by default
 * it is {@code duomesh-<user>} in the directory for temporary files.
 */
final class XdsCache {
  private static final Logger LOG = LoggerFactory.getLogger(XdsCache.class);
  private static final long DELAY_SECONDS = 3;

  private final PrivateFile file;
  private final Executor writer;
  private boolean scheduled;

  /**
   * A cache in a file.
   *
   * @param writer runs what writes, which may block
   */
  XdsCache(Path directory, String fileName, Executor writer) {
    this.file = new PrivateFile(directory, fileName);
    this.writer = writer;
  }

  /** The cache that the settings ask for; null for none. */
  static @Nullable XdsCache of(Settings settings, XdsBootstrap bootstrap) {
    String given = settings.get("duomesh.xds.cache-dir");
    if ("off".equals(given)) {
      return null;
    }
    Path directory =
        given != null
            ? Path.of(given)
            : Path.of(
                System.getProperty("java.io.tmpdir"), "duomesh-" + System.getProperty("user.name"));
    String key = bootstrap.server() + "\n" + bootstrap.nodeId() + "\n" + bootstrap.wildcard();
    String name = PrivateFile.checksum(key.getBytes(StandardCharsets.UTF_8)).substring(0, 32);
    return new XdsCache(directory, name + ".xds", ForkJoinPool.commonPool());
  }

  /**
   * Fills an empty store with what was kept, marked as stale.
   *
   * @return whether there was anything
   */
  boolean load(ResourceStore store) {
    try {
      byte[] body = file.read();
      int count = body == null ? 0 : read(new ByteArrayInputStream(body), store);
      if (count > 0) {
        LOG.warn(
            "Starting with the configuration of {} ({} resources) from {}, until the control plane"
                + " answers",
            Files.getLastModifiedTime(file.path()),
            count,
            file.path());
      }
      return count > 0;
    } catch (IOException e) {
      LOG.warn("{} cannot be read", file.path(), e);
      return false;
    }
  }

  private static int read(ByteArrayInputStream in, ResourceStore store) throws IOException {
    int count = 0;
    DeltaDiscoveryResponse next = DeltaDiscoveryResponse.parseDelimitedFrom(in);
    while (next != null) {
      ResourceType type = ResourceType.of(next.getTypeUrl());
      for (var resource : next.getResourcesList()) {
        if (type != null
            && store.put(
                    type,
                    resource.getName(),
                    resource.getResource().getValue(),
                    resource.getVersion(),
                    true)
                == null) {
          count++;
        }
      }
      next = DeltaDiscoveryResponse.parseDelimitedFrom(in);
    }
    return count;
  }

  /** Writes what the store holds, soon, off the loop; called on the loop. */
  void saveSoon(ResourceStore store, ScheduledExecutorService loop) {
    if (!scheduled) {
      scheduled = true;
      loop.schedule(
          () -> {
            scheduled = false;
            List<Resource> resources = new ArrayList<>();
            for (ResourceType type : ResourceType.values()) {
              resources.addAll(store.all(type));
            }
            writer.execute(() -> save(resources));
          },
          DELAY_SECONDS,
          TimeUnit.SECONDS);
    }
  }

  /** Writes resources; a failure is said and costs nothing else. */
  void save(List<Resource> resources) {
    try {
      file.write(body(resources));
    } catch (IOException e) {
      LOG.warn("{} cannot be written", file.path(), e);
    }
  }

  private static byte[] body(List<Resource> resources) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (ResourceType type : ResourceType.values()) {
      DeltaDiscoveryResponse.Builder all =
          DeltaDiscoveryResponse.newBuilder()
              .setTypeUrl(type.typeUrl())
              .setSystemVersionInfo(Instant.now().toString());
      for (Resource resource : resources) {
        if (resource.type() == type) {
          all.addResourcesBuilder()
              .setName(resource.name())
              .setVersion(resource.version())
              .setResource(
                  Any.newBuilder()
                      .setTypeUrl(type.typeUrl())
                      .setValue(Secrets.without(type, resource.bytes())));
        }
      }
      all.build().writeDelimitedTo(out);
    }
    return out.toByteArray();
  }
}
