package io.luhproc.directory;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The exclusive right of one user of a directory among all in this JVM, also among class loaders
 * that each have their own copy of this library.
 *
 * <p>An fcntl(2) lock excludes other processes only, and closing any descriptor of its file
 * releases it for the whole process. The JDK refuses overlapping locks of one JVM ({@link
 * OverlappingFileLockException}) by a table that all class loaders share. This class locks the
 * directory itself, shared, so that a failed attempt closes a descriptor of the directory and not
 * one of the file whose lock must hold.
 */
final class JvmExclusion implements Closeable {
  private final FileChannel channel;
  private final long inode;

  // Kept, because the table of the JDK refers to locks weakly.
  @SuppressWarnings({"unused", "FieldCanBeLocal"})
  private final FileLock lock;

  private JvmExclusion(FileChannel channel, FileLock lock, long inode) {
    this.channel = channel;
    this.lock = lock;
    this.inode = inode;
  }

  /**
   * Returns the right, or null if another user of this JVM has it.
   *
   * @throws java.nio.file.NoSuchFileException if the directory is missing
   */
  static @Nullable JvmExclusion tryEnter(Path directory) throws IOException {
    FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ);
    JvmExclusion entered = null;
    try {
      FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true);
      Optional<FileStat> stat = FileStat.of(directory);
      if (lock != null && stat.isPresent()) {
        entered = new JvmExclusion(channel, lock, stat.get().inode());
      }
    } catch (OverlappingFileLockException expected) {
      // Held by this JVM.
    } finally {
      if (entered == null) {
        channel.close();
      }
    }
    return entered;
  }

  /** Returns whether the directory is still the one that was entered, and not a new one. */
  boolean covers(Path directory) throws IOException {
    Optional<FileStat> stat = FileStat.of(directory);
    return stat.isPresent() && stat.get().inode() == inode;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
