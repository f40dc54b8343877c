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
 * This JVM as a worker: it owns its directory from the moment that its pid is recorded, so it
 * describes itself without the lock, which a {@code stop} holds while it waits for us to leave.
 *
 * <p>What the task need not wait for happens on the keeper's thread, and there is no lambda on the
 * way to it: the JVM is cold, and whoever started it waits.
 */
final class WorkerProcess implements TaskHost {
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
    Runtime.getRuntime().addShutdownHook(Threads.daemon("end", new UnexpectedExitHook()));
    ProcessEnd end;
    WorkerMaintenanceThread maintenance = WorkerMaintenanceThread.start(context, directory, this);
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

  /** Where there was no setsid(1) to start us with, we leave the starter's session ourselves. */
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
          .warn("{} stays in the session of its starter and ends with it", key, e);
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

  /** Records the end; the first one counts. */
  @Override
  public synchronized void onEnded(ProcessEnd end) {
    Optional<ProcessRecord> record = endRecorded ? Optional.empty() : readRecord();
    endRecorded = true;
    if (record.isPresent()) {
      writeRecord(record.get().withEnd(end));
    }
  }

  /** Whatever ended the JVM did not come by us: System.exit, or the last thread but ours. */
  private final class UnexpectedExitHook implements Runnable {
    @Override
    public void run() {
      onEnded(
          new ProcessEnd(
              context.time().now(),
              OptionalInt.empty(),
              Optional.empty(),
              Optional.empty(),
              "the JVM was told to exit before the task returned"));
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

  /** A full disk must not end a task that works. */
  private Optional<ProcessRecord> logRecordFailure(LuhprocException e) {
    LoggerFactory.getLogger(WorkerProcess.class).warn("{} cannot describe itself", key, e);
    return Optional.empty();
  }
}
