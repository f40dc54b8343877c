package io.luhproc.queue;

import io.luhproc.LuhprocException;
import io.luhproc.directory.AtomicFiles;
import io.luhproc.directory.RegularFiles;
import io.luhproc.posix.LockFile;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/**
 * The directory of a queue: mode 0700, one file for each worker that has not ended, and the file
 * {@code lock}, which the process that runs the queue has locked.
 */
final class QueueStore implements AutoCloseable {
  private static final Pattern NAME = Pattern.compile("(\\d{1,18})\\.worker");
  private static final int MAX_BYTES = 1 << 20;

  private final Path directory;
  private final LockFile lock;

  private QueueStore(Path directory) {
    this.directory = directory;
    this.lock = new LockFile(directory.resolve("lock"));
  }

  /**
   * Opens a directory, which is created if it is missing.
   *
   * @throws LuhprocException if it cannot be used, or another process runs the queue
   */
  static QueueStore open(Path directory) {
    Path absolute = directory.toAbsolutePath();
    QueueStore store = new QueueStore(absolute);
    try {
      if (!Files.isDirectory(absolute, LinkOption.NOFOLLOW_LINKS)) {
        Path ignored = Files.createDirectory(absolute, AtomicFiles.DIRECTORY_MODE);
      }
      store.lock.acquire();
      return store;
    } catch (IOException e) {
      throw new LuhprocException(
          ("cannot open the queue %s: %s; choose a directory that no other process uses as a"
                  + " queue")
              .formatted(absolute, e.getMessage()),
          e);
    }
  }

  /**
   * Returns the entries, the first of the queue first; empty ones stand for damaged files, which
   * are kept.
   */
  SortedMap<Long, Optional<QueueEntry>> read() {
    SortedMap<Long, Optional<QueueEntry>> entries = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (name.matches()) {
          long number = Long.parseLong(name.group(1));
          Optional<QueueEntry> ignored = entries.put(number, read(file, number));
        }
      }
      return entries;
    } catch (IOException | DirectoryIteratorException e) {
      throw new LuhprocException("cannot read the queue " + directory + ": " + e, e);
    }
  }

  private static Optional<QueueEntry> read(Path file, long number) throws IOException {
    Optional<QueueEntry> entry = QueueEntry.decode(number, RegularFiles.read(file, MAX_BYTES));
    if (entry.isEmpty()) {
      LoggerFactory.getLogger(WorkerQueue.class)
          .warn("cannot read {}; leaving it out of the queue; remove it", file);
    }
    return entry;
  }

  /**
   * Writes an entry, which survives a crash from then on.
   *
   * @throws LuhprocException if it cannot be written, for example on a full disk
   */
  void write(QueueEntry entry) {
    try {
      AtomicFiles.replace(file(entry), entry.encode());
    } catch (IOException e) {
      throw new LuhprocException(
          "cannot write to the queue %s: %s; free some space or repair its permissions"
              .formatted(directory, e),
          e);
    }
  }

  /** Removes an entry. */
  void delete(QueueEntry entry) {
    try {
      boolean ignored = Files.deleteIfExists(file(entry));
    } catch (IOException e) {
      throw new LuhprocException("cannot remove from the queue " + directory + ": " + e, e);
    }
  }

  private Path file(QueueEntry entry) {
    return directory.resolve(entry.number() + ".worker");
  }

  /** Lets another process run the queue. */
  @Override
  public void close() {
    lock.close();
  }
}
