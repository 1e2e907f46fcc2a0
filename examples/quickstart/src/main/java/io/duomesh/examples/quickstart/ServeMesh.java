package io.duomesh.examples.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Serves a file of xDS resources to every node that asks, anew whenever the file changes. */
final class ServeMesh {
  private static final Duration PAUSE = Duration.ofMillis(300);

  private final Path file;
  private final Console console;

  ServeMesh(Path file, Console console) {
    this.file = file;
    this.console = console;
  }

  /** Serves until the process ends. */
  void run(int port) throws IOException {
    FileTime served = Files.getLastModifiedTime(file);
    try (ControlPlane controlPlane = ControlPlane.start(read(), port)) {
      console.line(
          "A control plane serves "
              + file
              + " at "
              + controlPlane.address()
              + ". Change the file, and it serves what it says then. Ctrl-C ends it.");
      while (!Thread.currentThread().isInterrupted()) {
        LockSupport.parkNanos(PAUSE.toNanos());
        FileTime now = lastModified(served);
        if (!now.equals(served)) {
          served = now;
          push(controlPlane);
        }
      }
    }
  }

  /** Some editors put a new file in the place of the old one, which is gone for a moment. */
  private FileTime lastModified(FileTime before) throws IOException {
    try {
      return Files.getLastModifiedTime(file);
    } catch (NoSuchFileException e) {
      return before;
    }
  }

  private void push(ControlPlane controlPlane) {
    try {
      controlPlane.push(read());
      console.line("Serving version " + controlPlane.version());
    } catch (IOException | IllegalArgumentException e) { // half written, or wrong
      console.line("Still serving version " + controlPlane.version() + ": " + e.getMessage());
    }
  }

  private Mesh read() throws IOException {
    MeshFile read = MeshFile.readAsIs(file);
    read.unreadable().forEach(refusal -> console.entry("refused", refusal.toString()));
    return read.mesh();
  }
}
