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
final class EndWatch implements Runnable, IntConsumer {
  private static final Duration LONGEST_WAIT_FOR_LOCK = Duration.ofSeconds(30);

  private final Parts parts;
  private final ProcessDirectory directory;
  private final JournaledLauncher.Launched launch;
  private final ProcessRecord launched;

  private EndWatch(Parts parts, ProcessDirectory directory, JournaledLauncher.Launched launch) {
    this.parts = parts;
    this.directory = directory;
    this.launch = launch;
    this.launched = launch.record();
  }

  /**
   * Watches a process from now on. Never on this thread, which holds the lock that recording the
   * end waits for; nor does this one wait until the JDK is ready to watch, which takes it 5 ms at
   * first.
   */
  static void start(Parts parts, ProcessDirectory directory, JournaledLauncher.Launched launch) {
    Threads.daemon("end-watch", new EndWatch(parts, directory, launch)).start();
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
    Deadline deadline = Deadline.after(parts.time(), LONGEST_WAIT_FOR_LOCK);
    try {
      if (!directory.exists()) {
        return;
      }
      Optional<DirectoryLock> lock = directory.lockExisting(deadline);
      if (lock.isPresent()) {
        DirectoryLock held = lock.get();
        try (held) {
          directory.readRecord().filter(this::isSameLaunch).ifPresent(it -> complete(it, status));
        }
      }
    } catch (RuntimeException e) {
      LoggerFactory.getLogger(EndWatch.class)
          .warn("the end of {} with status {} is not recorded", launched.key(), status, e);
    }
  }

  private boolean isSameLaunch(ProcessRecord description) {
    return description.launchToken().equals(launched.launchToken());
  }

  private void complete(ProcessRecord description, int status) {
    Optional<ProcessEnd> known = description.end();
    if (known.isEmpty()) {
      directory.writeRecord(
          description.withEnd(ProcessEnd.ofExitStatus(parts.time().now(), status)));
    } else if (known.get().exitCode().isEmpty()) {
      ProcessEnd end = known.get();
      directory.writeRecord(
          description.withEnd(
              new ProcessEnd(
                  end.time(), OptionalInt.of(status), end.signal(), end.failure(), end.reason())));
    }
  }
}
