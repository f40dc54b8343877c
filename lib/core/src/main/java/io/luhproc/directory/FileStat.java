package io.luhproc.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Result of lstat(2): owner, mode and identity of a file.
 *
 * @param uid the numeric user id of the owner
 * @param mode type and permission bits, see inode(7)
 * @param inode the inode number
 * @param ctime when the inode last changed
 */
public record FileStat(int uid, int mode, long inode, FileTime ctime) {
  // inode(7)
  private static final int S_IFMT = 0170000;
  private static final int S_IFLNK = 0120000;
  private static final int S_IFREG = 0100000;
  private static final int S_IFDIR = 0040000;
  private static final int S_ISVTX = 0001000;
  private static final int S_IWOTH = 0000002;

  /** Returns the status of a path without following a symbolic link; empty if it is missing. */
  public static Optional<FileStat> of(Path path) throws IOException {
    try {
      Map<String, Object> values =
          Files.readAttributes(path, "unix:uid,mode,ino,ctime", LinkOption.NOFOLLOW_LINKS);
      return Optional.of(
          new FileStat(
              attribute(values, "uid", Integer.class),
              attribute(values, "mode", Integer.class),
              attribute(values, "ino", Long.class),
              attribute(values, "ctime", FileTime.class)));
    } catch (NoSuchFileException | NotDirectoryException expected) {
      return Optional.empty();
    }
  }

  private static <T> T attribute(Map<String, Object> values, String name, Class<T> type)
      throws IOException {
    Object value = values.get(name);
    if (type.isInstance(value)) {
      return type.cast(value);
    }
    throw new IOException("the file system does not provide " + name);
  }

  // Not the generated methods: the first call of such an equals takes a cold JVM 20 ms.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FileStat stat
        && uid == stat.uid
        && mode == stat.mode
        && inode == stat.inode
        && ctime.equals(stat.ctime);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(inode);
  }

  boolean isSymbolicLink() {
    return (mode & S_IFMT) == S_IFLNK;
  }

  public boolean isDirectory() {
    return (mode & S_IFMT) == S_IFDIR;
  }

  public boolean isRegularFile() {
    return (mode & S_IFMT) == S_IFREG;
  }

  /** Returns whether all users may create entries but only delete their own, as in /tmp. */
  boolean isStickyShared() {
    return (mode & S_ISVTX) != 0 && isWorldWritable();
  }

  /** Returns whether all users may create and delete entries. */
  boolean isWorldWritable() {
    return (mode & S_IWOTH) != 0;
  }
}
