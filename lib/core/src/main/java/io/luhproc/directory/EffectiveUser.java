package io.luhproc.directory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The effective user of this JVM. */
final class EffectiveUser {
  private static final int ROOT = 0;

  private EffectiveUser() {}

  /** Returns the effective user id, which is the owner of new files. */
  static int uid() {
    return Holder.UID;
  }

  static boolean isRoot() {
    return uid() == ROOT;
  }

  private static int readUid() {
    try {
      // proc(5): a process's directory is owned by its effective user. Without /proc, a new file
      // shows the user.
      Path self = Path.of("/proc/self/stat");
      if (Files.exists(self)) {
        return (Integer) Files.getAttribute(self, "unix:uid");
      }
      Path file = Files.createTempFile("luhproc", null);
      try {
        return (Integer) Files.getAttribute(file, "unix:uid");
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot determine the user of this process", e);
    }
  }

  /** Read once: a JVM does not change its user. */
  private static final class Holder {
    static final int UID = readUid();
  }
}
