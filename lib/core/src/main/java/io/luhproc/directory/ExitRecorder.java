package io.luhproc.directory;

import io.luhproc.process.ProcessEnd;
import io.luhproc.time.Deadline;
import io.luhproc.time.Threads;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/**
 * Records how a worker ended if the worker could not do so, for example because it was killed. Only
 * the parent of a process receives its exit status, so this works while the starter is alive.
 */
public final class ExitRecorder implements Runnable, IntConsumer {
  private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);

  private static final int OUT_OF_MEMORY_EXIT = 3;
  private static final int OUT_OF_MEMORY_CRASH = 134;

  private final TimeSource time;
  private final ProcessDirectory directory;
  private final JournaledLauncher.Launched launch;
  private final ProcessRecord launchRecord;
  private final StartupOutput output;
  private volatile boolean done;

  private ExitRecorder(
      TimeSource time, ProcessDirectory directory, JournaledLauncher.Launched launch) {
    this.time = time;
    this.directory = directory;
    this.launch = launch;
    this.launchRecord = launch.record();
    this.output = StartupOutput.startingNow(directory);
  }

  /**
   * Starts watching a process, on another thread: the caller holds the lock that recording needs,
   * and the JDK takes 5 ms to set up its first watch.
   */
  public static ExitRecorder start(
      TimeSource time, ProcessDirectory directory, JournaledLauncher.Launched launch) {
    ExitRecorder recorder = new ExitRecorder(time, directory, launch);
    Threads.daemon("exit-recorder", recorder).start();
    return recorder;
  }

  /** Returns whether the process has exited, and its end was recorded if that was possible. */
  public boolean isDone() {
    return done;
  }

  /** Registers for the exit. A thread is created only when the process exits. */
  @Override
  public void run() {
    launch.close();
    launch.child().onExit(Threads.threadPerTask("exit-recorder"), this);
  }

  /** Records the exit status. */
  @Override
  public void accept(int status) {
    Deadline deadline = Deadline.after(time, LOCK_TIMEOUT);
    try {
      if (!directory.exists()) {
        return;
      }
      Optional<DirectoryLock> lock = directory.lockExisting(deadline);
      if (lock.isPresent()) {
        DirectoryLock acquired = lock.get();
        try (acquired) {
          directory
              .readRecord()
              .filter(launchRecord::isSameLaunch)
              .ifPresent(it -> recordExit(it, status));
        }
      }
    } catch (RuntimeException e) {
      LoggerFactory.getLogger(ExitRecorder.class)
          .warn("cannot record that {} exited with status {}", launchRecord.key(), status, e);
    } finally {
      done = true;
    }
  }

  private static ProcessEnd withFailure(ProcessEnd end, String failure) {
    return new ProcessEnd(
        end.time(),
        end.exitCode(),
        end.signal(),
        Optional.of(failure),
        "the JVM ended: " + failure);
  }

  /**
   * Returns the error by which the JVM ended without running its shutdown hooks. With
   * -XX:+ExitOnOutOfMemoryError or -XX:+CrashOnOutOfMemoryError it prints a line about it to
   * stdout.
   */
  private Optional<String> findOutOfMemoryError() {
    Matcher line =
        Pattern.compile("(?:Terminating|Aborting) due to (java\\.lang\\.OutOfMemoryError.*)")
            .matcher(output.lastLines());
    return line.find() ? Optional.of(line.group(1)) : Optional.empty();
  }

  private void recordExit(ProcessRecord record, int status) {
    Optional<ProcessEnd> recordedEnd = record.end();
    if (recordedEnd.isEmpty()) {
      ProcessEnd end = ProcessEnd.ofExitStatus(time.now(), status);
      boolean mayBeOutOfMemory = status == OUT_OF_MEMORY_EXIT || status == OUT_OF_MEMORY_CRASH;
      Optional<String> error = mayBeOutOfMemory ? findOutOfMemoryError() : Optional.empty();
      directory.writeRecord(record.withEnd(error.map(it -> withFailure(end, it)).orElse(end)));
    } else if (recordedEnd.get().exitCode().isEmpty()) {
      ProcessEnd end = recordedEnd.get();
      directory.writeRecord(
          record.withEnd(
              new ProcessEnd(
                  end.time(), OptionalInt.of(status), end.signal(), end.failure(), end.reason())));
    }
  }
}
