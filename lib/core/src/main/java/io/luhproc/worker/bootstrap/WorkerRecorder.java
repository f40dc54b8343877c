package io.luhproc.worker.bootstrap;

import io.luhproc.LuhprocException;
import io.luhproc.archive.WorkerArchive;
import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.process.ProcessEnd;
import io.luhproc.process.Signal;
import io.luhproc.relaunch.AppProgram;
import io.luhproc.time.Deadline;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.LoggerFactory;

/**
 * Records the state of the worker in this JVM in its process directory.
 *
 * <p>A worker writes its record without the lock: it owns the directory once its pid is recorded,
 * and a {@code stop} holds the lock while it waits for the worker to exit.
 *
 * <p>The JVM is cold and its starter may be waiting. Therefore no lambda runs before the task, and
 * work that the task does not need runs on the maintenance thread.
 */
public final class WorkerRecorder implements TaskHost {
  private final TimeSource time;
  private final AppProgram program;
  private final ProcessKey key;
  private final ProcessDirectory directory;
  private final WorkerArchive archive;
  private final Instant startedAt;
  private boolean endRecorded;

  /**
   * Creates the recorder of a worker that begins now.
   *
   * @param program provides the arguments of the task if the record is damaged
   * @param archive the class archive of this JVM
   */
  public WorkerRecorder(
      TimeSource time, AppProgram program, Activation.WorkerRef worker, WorkerArchive archive) {
    this.time = time;
    this.program = program;
    this.key = worker.key();
    this.directory = worker.directory();
    this.archive = archive;
    this.startedAt = time.now();
  }

  /** Returns a hook for the exit of this JVM, which records an exit that the task did not cause. */
  public Runnable exitHook() {
    return new UnexpectedExitHook();
  }

  @Override
  public List<String> arguments() {
    return directory
        .readRecord()
        .map(ProcessRecord::command)
        .map(LaunchedCommand::arguments)
        .orElseGet(() -> program.arguments());
  }

  @Override
  public synchronized void onStarted() {
    Optional<ProcessRecord> record = readRecord();
    loadEndClasses();
    Optional<String> rejection = archive.findRejection();
    if (record.isPresent()) {
      ProcessRecord running = record.get().withRunningAt(startedAt);
      writeRecord(rejection.isPresent() ? running.withClassArchive(rejection) : running);
    }
  }

  /**
   * Loads the classes that wait for a stop and record an end, on the maintenance thread. They
   * cannot be loaded any more if the jar of the program is replaced while the worker runs.
   */
  private void loadEndClasses() {
    // No lambda, of which the first costs a cold JVM some milliseconds.
    ProcessEnd end =
        new ProcessEnd(
            startedAt, OptionalInt.empty(), Optional.of(Signal.TERM), Optional.empty(), "");
    String ignored =
        DurationAndSizeFormat.format(Duration.ZERO)
            + end
            + ProgramFiles.explain(new LuhprocException(""), startedAt)
            + Deadline.after(time, Duration.ZERO).isExpired();
  }

  @Override
  public synchronized void onReady() {
    archive.onReady();
    Optional<ProcessRecord> record = readRecord();
    if (record.isPresent()) {
      writeRecord(record.get().withReadyAt(time.now()));
    }
  }

  @Override
  public Optional<String> explain(Throwable failure) {
    return ProgramFiles.explain(failure, startedAt);
  }

  /** Records the end, unless one was recorded before. */
  @Override
  public synchronized void onEnded(ProcessEnd end) {
    Optional<ProcessRecord> record = endRecorded ? Optional.empty() : readRecord();
    endRecorded = true;
    archive.onEnded(end);
    if (record.isPresent()) {
      // A task that ends at once is not yet recorded as running.
      ProcessRecord begun =
          record.get().runningAt().isPresent()
              ? record.get()
              : record.get().withRunningAt(startedAt);
      writeRecord(begun.withEnd(end));
    }
  }

  /** Records an exit that the task runner did not see, such as {@code System.exit} in the task. */
  private final class UnexpectedExitHook implements Runnable {
    @Override
    public void run() {
      onEnded(
          new ProcessEnd(
              time.now(),
              OptionalInt.empty(),
              Optional.empty(),
              Optional.empty(),
              "the JVM exited before the task returned" + describeExitCall()));
    }

    /** Returns which thread called System.exit, and where; it waits there for this hook. */
    private static String describeExitCall() {
      for (Map.Entry<Thread, StackTraceElement[]> thread : Thread.getAllStackTraces().entrySet()) {
        StackTraceElement[] stack = thread.getValue();
        for (int i = 0; i < stack.length - 1; i++) {
          boolean exits =
              stack[i].getMethodName().equals("exit") && isRuntime(stack[i].getClassName());
          if (exits && !isRuntime(stack[i + 1].getClassName())) {
            return ": System.exit was called by thread "
                + thread.getKey().getName()
                + " at "
                + stack[i + 1];
          }
        }
      }
      return "";
    }

    private static boolean isRuntime(String className) {
      return className.equals("java.lang.Runtime") || className.equals("java.lang.System");
    }
  }

  private Optional<ProcessRecord> readRecord() {
    try {
      return directory.exists() ? directory.readRecord() : Optional.empty();
    } catch (LuhprocException e) {
      return logRecordFailure(e);
    }
  }

  private void writeRecord(ProcessRecord record) {
    try {
      directory.writeRecord(record);
    } catch (LuhprocException e) {
      Optional<ProcessRecord> ignored = logRecordFailure(e);
    }
  }

  /** Only logs: a full disk must not end a working task. */
  private Optional<ProcessRecord> logRecordFailure(LuhprocException e) {
    LoggerFactory.getLogger(WorkerRecorder.class).warn("cannot record the state of {}", key, e);
    return Optional.empty();
  }
}
