package io.luhproc.directory;

import io.luhproc.DirectoryLockedException;
import io.luhproc.LuhprocException;
import io.luhproc.time.Deadline;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The exclusive right to start or stop the process of one directory.
 *
 * <p>It is an fcntl(2) write lock on the file {@code lock}, which is empty and stays after the lock
 * is released. The kernel releases the lock when its holder dies. Such locks belong to a process,
 * not to a thread, and closing any descriptor of the file releases them; therefore the threads of
 * one JVM exclude each other by a set of held paths first. The file may be deleted while a process
 * waits for it, so a new holder checks that the file it locked still exists under that name.
 */
public final class DirectoryLock implements AutoCloseable {
  /** The name of the locked file. */
  static final String FILE_NAME = "lock";

  // Static because fcntl locks belong to the process: two managers in one JVM must exclude each
  // other.
  private static final Set<Path> HELD_BY_THIS_JVM = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private DirectoryLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
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

  /** Releases the lock; a second call does nothing. */
  @Override
  public void close() {
    if (!channel.isOpen()) {
      return;
    }
    try {
      channel.close();
    } catch (IOException ignored) {
      // The kernel has released the lock and the descriptor whatever close(2) says.
    } finally {
      HELD_BY_THIS_JVM.remove(file);
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
      if (!HELD_BY_THIS_JVM.add(file)) {
        return false;
      }
      try {
        return tryOnce();
      } catch (NoSuchFileException expected) {
        // Without the directory there is nothing to lock; a deleted file is created by the next
        // try.
        return !createFile || Files.notExists(directory);
      } catch (IOException e) {
        throw new LuhprocException("cannot lock " + file + ": " + e, e);
      } finally {
        if (lock == null) {
          HELD_BY_THIS_JVM.remove(file);
        }
      }
    }

    private boolean tryOnce() throws IOException {
      // Java has no fstat(2), so the path is examined before the open and after the lock: the same
      // inode both times means that the locked file still has this name.
      FileStat before = statOrCreate();
      if (!before.isRegularFile()) {
        throw new LuhprocException(
            "cannot lock " + directory + ": " + file + " is not a regular file; remove it");
      }
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
      boolean acquired = false;
      try {
        FileLock fileLock = channel.tryLock();
        acquired = fileLock != null && isUnchanged(before);
      } finally {
        if (!acquired) {
          channel.close();
        }
      }
      if (acquired) {
        lock = new DirectoryLock(file, channel);
      }
      return acquired;
    }

    private boolean isUnchanged(FileStat before) throws IOException {
      Optional<FileStat> now = FileStat.of(file);
      return now.isPresent() && now.get().isSameAs(before);
    }

    private FileStat statOrCreate() throws IOException {
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
