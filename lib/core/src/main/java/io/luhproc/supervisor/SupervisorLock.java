package io.luhproc.supervisor;

import io.luhproc.DirectoryLockedException;
import io.luhproc.DirectoryRefusedException;
import io.luhproc.LuhprocException;
import io.luhproc.directory.DirectoryLock;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.directory.RootMaintainer;
import io.luhproc.procfs.ProcessInfoReader;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The lock on a supervisor's directory. The file {@code lock} is locked until the supervisor is
 * closed or killed; the file {@code pid} names the holder.
 */
final class SupervisorLock implements AutoCloseable {
  private final ProcessDirectory directory;
  private final DirectoryLock lock;

  private SupervisorLock(ProcessDirectory directory, DirectoryLock lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Locks a directory. Creates the directory if it does not exist.
   *
   * @throws DirectoryLockedException when another supervisor uses it
   * @throws DirectoryRefusedException when it is not safe to use
   */
  static SupervisorLock acquire(Path path) {
    ProcessDirectory directory = ProcessDirectory.at(path);
    ProcessRoot.at(directory.path()).checkParents();
    createParents(directory.path());
    createDirectory(directory);
    DirectoryLock lock = lock(directory);
    try {
      directory.writePid(ProcessTable.system().currentPid());
      return new SupervisorLock(directory, lock);
    } catch (LuhprocException e) {
      lock.close();
      throw e;
    }
  }

  private static void createDirectory(ProcessDirectory directory) {
    boolean ignored = directory.create();
  }

  private static void createParents(Path path) {
    Path parent = path.getParent();
    try {
      if (parent != null) {
        Files.createDirectories(parent);
      }
    } catch (IOException e) {
      throw new LuhprocException(
          "cannot create the directory of a supervisor "
              + path
              + ": "
              + e
              + "; choose one that is writable",
          e);
    }
  }

  private static DirectoryLock lock(ProcessDirectory directory) {
    try {
      return directory
          .lock(Deadline.after(TimeSource.system(), Duration.ZERO))
          .orElseThrow(
              () -> new LuhprocException(directory + " was removed by another process; try again"));
    } catch (DirectoryLockedException e) {
      DirectoryLockedException refusal =
          new DirectoryLockedException(
              directory
                  + " is supervised already, by "
                  + describeHolder(directory)
                  + "; stop that one, or use another directory");
      refusal.initCause(e);
      throw refusal;
    }
  }

  /**
   * Describes the holder of the lock. For a moment, the pid file may still name a supervisor that
   * was killed.
   */
  private static String describeHolder(ProcessDirectory directory) {
    return directory
        .readPid()
        .flatMap(ProcessInfoReader.system()::read)
        .map(it -> "process " + it.stat().pid() + " (" + it.stat().name() + ")")
        .orElse("a process that has not recorded its pid yet");
  }

  /** Returns what protects the directory from cleaners of temporary directories. */
  RootMaintainer maintainer(TimeSource time) {
    return new RootMaintainer(ProcessRoot.at(directory.path()), lock, time, ProcessTable.system());
  }

  /** Releases the directory. */
  @Override
  public void close() {
    try (lock) {
      directory.deletePid();
    }
  }
}
