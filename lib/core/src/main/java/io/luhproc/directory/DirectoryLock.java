package io.luhproc.directory;

import io.luhproc.DirectoryLockedException;
import io.luhproc.LuhprocException;
import io.luhproc.posix.JvmExclusion;
import io.luhproc.time.Deadline;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The exclusive right to start or stop the process of one directory.
 *
 * <p>It is an fcntl(2) write lock on the file {@code lock}, which is empty and stays after the lock
 * is released. The kernel releases the lock when its holder dies. Such locks belong to a process,
 * not to a thread, and closing any descriptor of the file releases them; therefore the threads of
 * one JVM exclude each other by a {@link JvmExclusion} first, and no other code opens the file. The
 * file may be deleted while a process waits for it, so a new holder checks that the file it locked
 * still exists under that name.
 */
public final class DirectoryLock implements AutoCloseable {
  /** The name of the locked file. */
  static final String FILE_NAME = "lock";

  private static final Set<OpenOption> OPEN_OPTIONS =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

  private final Path file;
  private JvmExclusion exclusion;
  private LockedFile locked;
  private boolean closed;

  private DirectoryLock(Path file, JvmExclusion exclusion, LockedFile locked) {
    this.file = file;
    this.exclusion = exclusion;
    this.locked = locked;
  }

  /**
   * Waits for the lock.
   *
   * @param createFile whether to create a missing lock file; not for a caller that only completes a
   *     record, because the directory may be being deleted
   * @return the lock; empty if the directory, or the file that must not be created, is missing
   * @throws DirectoryLockedException if another holder still had it at the deadline, or if the
   *     calling thread was interrupted
   * @throws LuhprocException if the lock file cannot be opened
   */
  static Optional<DirectoryLock> acquire(Path directory, Deadline deadline, boolean createFile) {
    Optional<Path> real = realPath(directory);
    if (real.isEmpty()) {
      return Optional.empty();
    }
    Attempt attempt = new Attempt(real.get(), createFile);
    try {
      if (!deadline.await(attempt)) {
        throw new DirectoryLockedException(
            "cannot lock "
                + directory
                + ": another process or thread is starting or stopping its process; try again, or"
                + " find the holder with fuser "
                + attempt.file);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DirectoryLockedException(
          "cannot lock " + directory + ": interrupted while waiting");
    }
    return attempt.lock();
  }

  /** Resolves links, so that two paths of one directory share a held path. */
  private static Optional<Path> realPath(Path directory) {
    try {
      return Optional.of(directory.toRealPath());
    } catch (NoSuchFileException | NotDirectoryException expected) {
      return Optional.empty();
    } catch (IOException e) {
      throw new LuhprocException("cannot lock " + directory + ": " + e, e);
    }
  }

  /**
   * Protects the lock file from cleaners of temporary directories by fresh times, once an hour, and
   * replaces it if one has deleted it: otherwise another process could lock a new file. Does
   * nothing after {@link #close()}.
   *
   * @throws DirectoryLockedException if another process has locked a new file in the meantime
   * @throws LuhprocException if the file cannot be replaced
   */
  public synchronized void refresh(Instant now) {
    if (closed) {
      return;
    }
    try {
      Optional<FileStat> current = FileStat.of(file);
      if (current.isPresent() && current.get().inode() == locked.stat().inode()) {
        Instant modified = Instant.ofEpochMilli(file.toFile().lastModified());
        if (DirectoryMaintainer.isStale(modified, now)) {
          // Not through a new descriptor of the file, whose close would unlock it.
          boolean ignored = file.toFile().setLastModified(now.toEpochMilli());
          locked.refreshAccessTime();
        }
        return;
      }
      if (!enterReplacedDirectory() || !lockReplacedFile()) {
        throw new DirectoryLockedException(
            "cannot keep "
                + file
                + " locked: it was deleted, and another process has locked a new one; stop one of"
                + " the two");
      }
    } catch (IOException e) {
      throw new LuhprocException("cannot keep " + file + " locked: " + e, e);
    }
  }

  /** Excludes this JVM from a directory that was created in the place of a deleted one. */
  private boolean enterReplacedDirectory() throws IOException {
    if (exclusion.covers(file)) {
      return true;
    }
    JvmExclusion entered = JvmExclusion.tryEnter(file);
    if (entered != null) {
      exclusion.close();
      exclusion = entered;
    }
    return entered != null;
  }

  private boolean lockReplacedFile() throws IOException {
    LockedFile replaced = LockedFile.tryLock(file, true);
    if (replaced != null) {
      locked.close();
      locked = replaced;
    }
    return replaced != null;
  }

  /** Releases the lock; a second call does nothing. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    JvmExclusion entered = exclusion;
    try (entered) {
      locked.close();
    } catch (IOException ignored) {
      // The kernel has released the lock and the descriptor whatever close(2) says.
    }
  }

  /** Tries to lock; true once the lock is held or the directory is missing. */
  private static final class Attempt implements BooleanSupplier {
    private final Path directory;
    private final Path file;
    private final boolean createFile;
    private @Nullable DirectoryLock lock;

    Attempt(Path directory, boolean createFile) {
      this.directory = directory;
      this.file = directory.resolve(FILE_NAME);
      this.createFile = createFile;
    }

    Optional<DirectoryLock> lock() {
      return Optional.ofNullable(lock);
    }

    @Override
    public boolean getAsBoolean() {
      try {
        return tryOnce();
      } catch (NoSuchFileException expected) {
        // Without the directory there is nothing to lock; a deleted file is created by the next
        // try.
        return !createFile || Files.notExists(directory);
      } catch (IOException e) {
        throw new LuhprocException("cannot lock " + file + ": " + e, e);
      }
    }

    private boolean tryOnce() throws IOException {
      JvmExclusion exclusion = JvmExclusion.tryEnter(file);
      if (exclusion == null) {
        return false;
      }
      try {
        LockedFile locked = LockedFile.tryLock(file, createFile);
        lock = locked == null ? null : new DirectoryLock(file, exclusion, locked);
      } finally {
        if (lock == null) {
          exclusion.close();
        }
      }
      return lock != null;
    }
  }

  /** The open and locked file. */
  private record LockedFile(FileChannel channel, FileStat stat) implements Closeable {

    /**
     * Returns the locked file, or null if another process has locked it or it was deleted.
     *
     * @throws NoSuchFileException if it is missing and not to be created
     */
    static @Nullable LockedFile tryLock(Path file, boolean createFile) throws IOException {
      // Java has no fstat(2), so the path is examined before the open and after the lock: the same
      // inode both times means that the locked file still has this name.
      FileStat before = statOrCreate(file, createFile);
      if (!before.isRegularFile()) {
        throw new LuhprocException(
            "cannot lock " + file.getParent() + ": " + file + " is not a regular file; remove it");
      }
      FileChannel channel = FileChannel.open(file, OPEN_OPTIONS);
      boolean acquired = false;
      try {
        FileLock fileLock = channel.tryLock();
        acquired = fileLock != null && isUnchanged(file, before);
      } finally {
        if (!acquired) {
          channel.close();
        }
      }
      return acquired ? new LockedFile(channel, before) : null;
    }

    private static boolean isUnchanged(Path file, FileStat before) throws IOException {
      Optional<FileStat> now = FileStat.of(file);
      return now.isPresent() && now.get().equals(before);
    }

    /** Reads from the file, which is empty: the kernel sets the access time. */
    void refreshAccessTime() throws IOException {
      int ignored = channel.read(ByteBuffer.allocate(1), 0);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }

    private static FileStat statOrCreate(Path file, boolean createFile) throws IOException {
      Optional<FileStat> existing = FileStat.of(file);
      if (existing.isPresent()) {
        return existing.get();
      }
      if (!createFile) {
        throw new NoSuchFileException(file.toString());
      }
      try {
        Files.createFile(file, AtomicFiles.FILE_MODE);
      } catch (FileAlreadyExistsException expected) {
        // Created by another process in between, which is as good.
      }
      Optional<FileStat> created = FileStat.of(file);
      if (created.isEmpty()) {
        throw new NoSuchFileException(file.toString());
      }
      return created.get();
    }
  }
}
