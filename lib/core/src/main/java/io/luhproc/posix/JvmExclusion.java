package io.luhproc.posix;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The exclusive right of one user of a lock file among all in this JVM, also among class loaders
 * that each have their own copy of this library.
 *
 * <p>An fcntl(2) lock excludes other processes only, and closing any descriptor of its file
 * releases it for the whole process. The JDK refuses overlapping locks of one JVM ({@link
 * OverlappingFileLockException}) by a table that all class loaders share. This class locks a byte
 * of the directory of the file, shared, so that a failed attempt closes a descriptor of the
 * directory and not one of the file whose lock must hold. Each file name has its own byte.
 */
public final class JvmExclusion implements Closeable {
  private final FileChannel channel;
  private final Object directoryKey;

  // Kept, because the table of the JDK refers to locks weakly.
  @SuppressWarnings({"unused", "FieldCanBeLocal"})
  private final FileLock lock;

  private JvmExclusion(FileChannel channel, FileLock lock, Object directoryKey) {
    this.channel = channel;
    this.lock = lock;
    this.directoryKey = directoryKey;
  }

  /**
   * Returns the right to use a lock file, or null if another user of this JVM has it.
   *
   * @param file an absolute path; the file need not exist
   * @throws java.nio.file.NoSuchFileException if its directory is missing
   */
  public static @Nullable JvmExclusion tryEnter(Path file) throws IOException {
    FileChannel channel = FileChannel.open(directoryOf(file), StandardOpenOption.READ);
    JvmExclusion entered = null;
    try {
      FileLock lock = channel.tryLock(positionOf(file), 1, true);
      if (lock != null) {
        entered = new JvmExclusion(channel, lock, keyOfDirectory(file));
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

  private static Path directoryOf(Path file) {
    return Objects.requireNonNull(file.getParent());
  }

  private static long positionOf(Path file) {
    return Integer.toUnsignedLong(file.getFileName().toString().hashCode());
  }

  private static Object keyOfDirectory(Path file) throws IOException {
    return Files.readAttributes(directoryOf(file), BasicFileAttributes.class).fileKey();
  }

  /** Returns whether the directory of a lock file is still the one that was entered. */
  public boolean covers(Path file) throws IOException {
    return keyOfDirectory(file).equals(directoryKey);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
