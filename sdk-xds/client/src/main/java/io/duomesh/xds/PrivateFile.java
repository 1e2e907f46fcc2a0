package io.duomesh.xds;

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
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that nobody else can write and nothing can be half in: a line with the checksum of the
 * rest, then the rest; written whole and moved into place.
 */
final class PrivateFile {
  private static final Logger LOG = LoggerFactory.getLogger(PrivateFile.class);
  private static final String MAGIC = "duomesh-xds-1 ";
  private static final int CHECKSUM_LENGTH = 64;
  private static final long MOST_BYTES = 256L << 20;

  private final Path directory;
  private final Path file;

  PrivateFile(Path directory, String name) {
    this.directory = directory;
    this.file = directory.resolve(name);
  }

  Path path() {
    return file;
  }

  /** What was written; null where there is nothing, or nothing to be trusted, which is said. */
  byte @Nullable [] read() throws IOException {
    if (!Files.isRegularFile(file)) {
      return null;
    }
    if (!isPrivate() || Files.size(file) > MOST_BYTES) {
      LOG.warn("{} is not read: others can write to its directory, or it is too large", file);
      return null;
    }
    byte[] all = Files.readAllBytes(file);
    int start = MAGIC.length() + CHECKSUM_LENGTH + 1;
    String head = new String(all, 0, Math.min(start, all.length), StandardCharsets.ISO_8859_1);
    byte[] body = all.length > start ? Arrays.copyOfRange(all, start, all.length) : new byte[0];
    if (!head.equals(MAGIC + checksum(body) + "\n")) {
      LOG.warn("{} is damaged and not used", file);
      return null;
    }
    return body;
  }

  /** Replaces what is in it, in a directory that is made where there is none. */
  void write(byte[] body) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, ownerOnly("rwx------"));
    }
    if (!isPrivate()) {
      LOG.warn("{} is not written: others can write to its directory", file);
      return;
    }
    byte[] head = (MAGIC + checksum(body) + "\n").getBytes(StandardCharsets.ISO_8859_1);
    Path temporary = Files.createTempFile(directory, "xds", ".tmp", ownerOnly("rw-------"));
    try (var out = Files.newOutputStream(temporary)) {
      out.write(head);
      out.write(body);
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private boolean isPrivate() throws IOException {
    if (!Files.getFileStore(directory).supportsFileAttributeView("posix")) {
      return true;
    }
    Set<PosixFilePermission> rights = Files.getPosixFilePermissions(directory);
    return Files.getOwner(directory).getName().equals(System.getProperty("user.name"))
        && !rights.contains(PosixFilePermission.GROUP_WRITE)
        && !rights.contains(PosixFilePermission.OTHERS_WRITE);
  }

  private FileAttribute<?>[] ownerOnly(String rights) {
    return directory.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))
        }
        : new FileAttribute<?>[0];
  }

  /** The SHA-256 of bytes, in hexadecimal digits. */
  static String checksum(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
