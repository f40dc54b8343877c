package io.luhproc.worker;

import io.luhproc.directory.DirectoryLock;
import io.luhproc.directory.JournaledLauncher;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.process.ProcessEnd;
import io.luhproc.time.Deadline;
import io.luhproc.time.Threads;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import org.slf4j.LoggerFactory;

/**
 * Records how a worker ended that had no time to do so itself, such as one that was killed. Only
 * its parent is told that by the kernel, so it works for as long as the starter lives.
 */
final class ExitRecorder implements Runnable, IntConsumer {
  private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);

  private final ManagerContext context;
  private final ProcessDirectory directory;
  private final JournaledLauncher.Launched launch;
  private final ProcessRecord launchRecord;

  private ExitRecorder(
      ManagerContext context, ProcessDirectory directory, JournaledLauncher.Launched launch) {
    this.context = context;
    this.directory = directory;
    this.launch = launch;
    this.launchRecord = launch.record();
  }

  /**
   * Watches a process from now on. Never on this thread, which holds the lock that recording the
   * end waits for; nor does this one wait until the JDK is ready to watch, which takes it 5 ms at
   * first.
   */
  static void start(
      ManagerContext context, ProcessDirectory directory, JournaledLauncher.Launched launch) {
    Threads.daemon("end-watch", new ExitRecorder(context, directory, launch)).start();
  }

  /** Asks to be told, on a thread that is made then: none waits here for the whole time. */
  @Override
  public void run() {
    launch.close();
    launch.child().onExit(Threads.threadPerTask("end-watch"), this);
  }

  /** Records that it has ended with a status. */
  @Override
  public void accept(int status) {
    Deadline deadline = Deadline.after(context.time(), LOCK_TIMEOUT);
    try {
      if (!directory.exists()) {
        return;
      }
      Optional<DirectoryLock> lock = directory.lockExisting(deadline);
      if (lock.isPresent()) {
        DirectoryLock acquired = lock.get();
        try (acquired) {
          directory.readRecord().filter(this::isSameLaunch).ifPresent(it -> recordExit(it, status));
        }
      }
    } catch (RuntimeException e) {
      LoggerFactory.getLogger(ExitRecorder.class)
          .warn("the end of {} with status {} is not recorded", launchRecord.key(), status, e);
    }
  }

  private boolean isSameLaunch(ProcessRecord record) {
    return record.launchToken().equals(launchRecord.launchToken());
  }

  private void recordExit(ProcessRecord record, int status) {
    Optional<ProcessEnd> recordedEnd = record.end();
    if (recordedEnd.isEmpty()) {
      directory.writeRecord(record.withEnd(ProcessEnd.ofExitStatus(context.time().now(), status)));
    } else if (recordedEnd.get().exitCode().isEmpty()) {
      ProcessEnd end = recordedEnd.get();
      directory.writeRecord(
          record.withEnd(
              new ProcessEnd(
                  end.time(), OptionalInt.of(status), end.signal(), end.failure(), end.reason())));
    }
  }
}
