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
 * The right to start or stop the process of one directory, held on its file {@code lock}.
 *
 * <p>It is an fcntl(2) lock, so the kernel lets go of it when its holder dies. Such locks belong to
 * a process, not to a thread, and closing any descriptor of the file releases them; therefore the
 * threads of one JVM queue up at a set of held paths first. The file may be deleted while somebody
 * waits for it, so the winner checks that it locked the file that is there.
 */
public final class DirectoryLock implements AutoCloseable {
  /** The name of the locked file. */
  static final String FILE_NAME = "lock";

  // Process-wide because fcntl locks are: two managers in one JVM must see each other.
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
   * @param createFile whether to make the lock file where there is none; who only wants to add to a
   *     directory must not, because it may be about to be removed
   * @return the lock; empty when the directory, or the file that is not to be made, is gone
   * @throws DirectoryLockedException when somebody else still held it at the deadline
   * @throws LuhprocException when the lock file cannot be opened
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
            "somebody else is starting or stopping the process in "
                + directory
                + "; try again, or see who has "
                + attempt.file
                + " open");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DirectoryLockedException("interrupted while waiting for " + attempt.file);
    }
    return attempt.lock();
  }

  /** Two spellings of one directory must meet at the same held path. */
  private static Optional<Path> realPath(Path directory) {
    try {
      return Optional.of(directory.toRealPath());
    } catch (NoSuchFileException | NotDirectoryException expected) {
      return Optional.empty();
    } catch (IOException e) {
      throw new LuhprocException("cannot lock " + directory + ": " + e, e);
    }
  }

  /** Gives the lock back; calling it again does nothing. */
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

  /** Repeated until the lock is ours or the directory is gone. */
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
        // Without its directory there is nothing to lock; a file alone is made again next time.
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
      // fstat(2) has no way from Java, so the path is looked at before the open and after the lock:
      // the same inode both times means that what we locked is what is there.
      FileStat before = statOrCreate();
      if (!before.isRegularFile()) {
        throw new LuhprocException(file + " is no regular file; remove it");
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
        // Somebody else made it in between, which serves as well.
      }
      Optional<FileStat> created = FileStat.of(file);
      if (created.isEmpty()) {
        throw new NoSuchFileException(file.toString());
      }
      return created.get();
    }
  }
}
