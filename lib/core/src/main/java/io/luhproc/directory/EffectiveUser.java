package io.luhproc.directory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringJoiner;
import java.util.StringTokenizer;

/** The effective user of this JVM. */
public final class EffectiveUser {
  private static final int ROOT = 0;
  private static final int OVERFLOW_UID = 65534;
  // No pattern: its first use takes a cold JVM some milliseconds.
  private static final String MAP_OF_ALL = "0 0 4294967295";
  // A JVM does not change its user.
  private static final int UID = readUid();

  private EffectiveUser() {}

  /** Returns the effective user id, which is the owner of new files. */
  public static int uid() {
    return UID;
  }

  static boolean isRoot() {
    return uid() == ROOT;
  }

  /**
   * Returns whether an owner can be trusted with our directories: this user or root. In a user
   * namespace, all users of the outer one that are not mapped have the overflow id, also its root
   * (user_namespaces(7)), so that id is trusted there.
   */
  static boolean trusts(int owner) {
    return owner == ROOT || owner == uid() || (owner == OVERFLOW_UID && !MapHolder.ALL_MAPPED);
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

  private static boolean areAllMapped() {
    try {
      StringTokenizer words = new StringTokenizer(Files.readString(Path.of("/proc/self/uid_map")));
      StringJoiner map = new StringJoiner(" ");
      while (words.hasMoreTokens()) {
        map.add(words.nextToken());
      }
      return map.toString().equals(MAP_OF_ALL);
    } catch (IOException expected) {
      return true; // no user namespaces
    }
  }

  /** Read once, and only if a file has the overflow id. */
  private static final class MapHolder {
    static final boolean ALL_MAPPED = areAllMapped();
  }
}
