package io.luhproc.worker;

import io.luhproc.LuhprocException;
import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.posix.Posix;
import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessStat;
import io.luhproc.time.Threads;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.LoggerFactory;

/**
 * Runs a task in this JVM as a worker, and records its state in the process directory.
 *
 * <p>A worker writes its record without the lock: it owns the directory once its pid is recorded,
 * and a {@code stop} holds the lock while it waits for the worker to exit.
 *
 * <p>The JVM is cold and its starter may be waiting. Therefore no lambda runs before the task, and
 * work that the task does not need runs on the maintenance thread.
 */
final class WorkerProcess implements TaskRunner.Host {
  private final ManagerContext context;
  private final ProcessKey key;
  private final ProcessDirectory directory;
  private final Instant startedAt;
  private boolean endRecorded;

  WorkerProcess(ManagerContext context, Activation.WorkerRef worker) {
    this.context = context;
    this.key = worker.key();
    this.directory = worker.directory();
    this.startedAt = context.time().now();
  }

  /** Runs the task and returns the exit code. */
  int run(Task task) {
    ensureSessionLeader();
    Runtime.getRuntime().addShutdownHook(Threads.daemon("exit-hook", new UnexpectedExitHook()));
    ProcessEnd end;
    WorkerMaintenanceThread maintenance = new WorkerMaintenanceThread(context, directory, this);
    try (maintenance) {
      end = new TaskRunner(context, newTaskContext(), this).run(task);
    }
    onEnded(end);
    return end.exitCode().orElse(0);
  }

  private DefaultTaskContext newTaskContext() {
    return new DefaultTaskContext(
        new DefaultTaskContext.RunInfo(key.task(), key.id(), Optional.of(directory.path()), this),
        context.time());
  }

  @Override
  public List<String> arguments() {
    return directory
        .readRecord()
        .map(ProcessRecord::command)
        .map(LaunchedCommand::arguments)
        .orElseGet(() -> context.program().arguments());
  }

  /** Creates a session if the starter had no setsid(1) to launch this process with. */
  private void ensureSessionLeader() {
    long self = context.table().currentPid();
    Optional<ProcessStat> entry = context.table().find(self);
    if (entry.isPresent() && entry.get().sessionId() == self) {
      return;
    }
    try {
      Posix.lazy().setsid();
    } catch (IOException e) {
      LoggerFactory.getLogger(WorkerProcess.class)
          .warn("cannot create a session for {}; it ends with the session of its starter", key, e);
    }
  }

  @Override
  public synchronized void onStarted() {
    Optional<ProcessRecord> record = readRecord();
    if (record.isPresent()) {
      writeRecord(record.get().withRunningAt(startedAt));
    }
  }

  @Override
  public synchronized void onReady() {
    Optional<ProcessRecord> record = readRecord();
    if (record.isPresent()) {
      writeRecord(record.get().withReadyAt(context.time().now()));
    }
  }

  /** Records the end, unless one was recorded before. */
  @Override
  public synchronized void onEnded(ProcessEnd end) {
    Optional<ProcessRecord> record = endRecorded ? Optional.empty() : readRecord();
    endRecorded = true;
    if (record.isPresent()) {
      writeRecord(record.get().withEnd(end));
    }
  }

  /** Records an exit that the task runner did not see, such as {@code System.exit} in the task. */
  private final class UnexpectedExitHook implements Runnable {
    @Override
    public void run() {
      onEnded(
          new ProcessEnd(
              context.time().now(),
              OptionalInt.empty(),
              Optional.empty(),
              Optional.empty(),
              "the JVM exited before the task returned"));
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
    LoggerFactory.getLogger(WorkerProcess.class).warn("cannot record the state of {}", key, e);
    return Optional.empty();
  }
}
