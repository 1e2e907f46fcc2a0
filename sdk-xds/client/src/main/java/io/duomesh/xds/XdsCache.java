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
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last good configuration on disk, for a start without a control plane. One file per control
 * plane and node: a line with the checksum of the rest, then one {@code DeltaDiscoveryResponse} per
 * type. Written whole and moved into place some seconds after a change; secrets are left out.
 * Nothing is read from a directory that somebody else can write to.
 *
 * <p>{@code duomesh.xds.cache-dir} names the directory, {@code off} turns the cache off; by default
 * it is {@code duomesh-<user>} in the directory for temporary files.
 */
final class XdsCache {
  private static final Logger LOG = LoggerFactory.getLogger(XdsCache.class);
  private static final String MAGIC = "duomesh-xds-1 ";
  private static final int CHECKSUM_LENGTH = 64;
  private static final long LONGEST_FILE = 256L << 20;
  private static final long DELAY_SECONDS = 3;

  private final Path directory;
  private final Path file;
  private final Executor writer;
  private boolean scheduled;

  /**
   * A cache in a file.
   *
   * @param writer runs what writes, which may block
   */
  XdsCache(Path directory, String fileName, Executor writer) {
    this.directory = directory;
    this.file = directory.resolve(fileName);
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
    String name = checksum(key.getBytes(StandardCharsets.UTF_8)).substring(0, 32);
    return new XdsCache(directory, name + ".xds", ForkJoinPool.commonPool());
  }

  /**
   * Fills an empty store with what was kept, marked as stale.
   *
   * @return whether there was anything
   */
  boolean load(ResourceStore store) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try {
      if (!isPrivate(directory) || Files.size(file) > LONGEST_FILE) {
        LOG.warn("{} is not read: others can write to its directory, or it is too large", file);
        return false;
      }
      byte[] all = Files.readAllBytes(file);
      int start = MAGIC.length() + CHECKSUM_LENGTH + 1;
      String head = new String(all, 0, Math.min(start, all.length), StandardCharsets.ISO_8859_1);
      byte[] body = all.length > start ? Arrays.copyOfRange(all, start, all.length) : new byte[0];
      if (!head.equals(MAGIC + checksum(body) + "\n")) {
        LOG.warn("{} is damaged and not used", file);
        return false;
      }
      int count = read(new ByteArrayInputStream(body), store);
      if (count > 0) {
        LOG.warn(
            "Starting with the configuration of {} ({} resources) from {}, until the control plane answers",
            Files.getLastModifiedTime(file),
            count,
            file);
      }
      return count > 0;
    } catch (IOException e) {
      LOG.warn("{} cannot be read", file, e);
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
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(directory, ownerOnly(directory, "rwx------"));
      }
      if (!isPrivate(directory)) {
        LOG.warn("{} is not written: others can write to its directory", file);
        return;
      }
      byte[] body = body(resources);
      byte[] head = (MAGIC + checksum(body) + "\n").getBytes(StandardCharsets.ISO_8859_1);
      Path temporary =
          Files.createTempFile(directory, "xds", ".tmp", ownerOnly(directory, "rw-------"));
      try (var out = Files.newOutputStream(temporary)) {
        out.write(head);
        out.write(body);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("{} cannot be written", file, e);
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

  private static boolean isPrivate(Path directory) throws IOException {
    if (!Files.getFileStore(directory).supportsFileAttributeView("posix")) {
      return true;
    }
    Set<PosixFilePermission> rights = Files.getPosixFilePermissions(directory);
    return Files.getOwner(directory).getName().equals(System.getProperty("user.name"))
        && !rights.contains(PosixFilePermission.GROUP_WRITE)
        && !rights.contains(PosixFilePermission.OTHERS_WRITE);
  }

  private static FileAttribute<?>[] ownerOnly(Path path, String rights) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))
        }
        : new FileAttribute<?>[0];
  }

  private static String checksum(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
