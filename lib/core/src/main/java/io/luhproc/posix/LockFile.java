package io.luhproc.posix;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An exclusive right that one user at a time has, in all processes together.
 *
 * <p>It is an fcntl(2) write lock on a file of mode 0600, which stays after the lock is released.
 * The kernel releases it when the holder dies. Such locks belong to a process and end when it
 * closes any descriptor of the file, so the users of one JVM exclude each other by a {@link
 * JvmExclusion}.
 */
public final class LockFile implements AutoCloseable {
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path file;
  private @Nullable FileChannel channel;
  private @Nullable Object heldKey;
  private @Nullable JvmExclusion exclusion;

  /**
   * Creates a lock that is not held.
   *
   * @param file the file to lock
   */
  public LockFile(Path file) {
    this.file = file;
  }

  /**
   * Takes the lock unless it is held already. A lock of a directory that was replaced is released.
   *
   * @throws IOException if another user holds the lock, or if the file cannot be opened
   */
  public void acquire() throws IOException {
    Object key = keyOfExisting(file);
    if (key != null && key.equals(heldKey)) {
      return;
    }
    close();
    if (key == null) {
      Object ignored = Files.createFile(file, OWNER_ONLY);
      key = keyOfExisting(file);
    }
    try {
      exclusion = JvmExclusion.tryEnter(file);
      if (key == null || exclusion == null) {
        throw heldByAnother(file);
      }
      heldKey = key;
      FileChannel opened = FileChannel.open(file, Set.of(CREATE, WRITE, LinkOption.NOFOLLOW_LINKS));
      channel = opened;
      if (opened.tryLock() == null || !key.equals(keyOfExisting(file))) {
        throw heldByAnother(file);
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private static IOException heldByAnother(Path file) {
    return new IOException("another process or thread holds " + file);
  }

  private static @Nullable Object keyOfExisting(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return null;
    }
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      throw new IOException(file + " is not a regular file; remove it");
    }
    return attributes.fileKey();
  }

  /** Releases the lock if it is held. */
  @Override
  public void close() {
    FileChannel open = channel;
    JvmExclusion entered = exclusion;
    channel = null;
    exclusion = null;
    heldKey = null;
    try (entered) {
      if (open != null) {
        open.close();
      }
    } catch (IOException ignored) {
      // The kernel has released the lock and the descriptor whatever close(2) says.
    }
  }
}
