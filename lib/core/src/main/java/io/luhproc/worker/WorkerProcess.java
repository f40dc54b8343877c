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
final class WorkerProcess implements RunOwner {
  private final Parts parts;
  private final ProcessKey key;
  private final ProcessDirectory directory;
  private final Instant began;
  private boolean over;

  WorkerProcess(Parts parts, Trigger.Launched launched) {
    this.parts = parts;
    this.key = launched.key();
    this.directory = launched.directory();
    this.began = parts.time().now();
  }

  /** Runs the task and returns the exit code. */
  int run(Task task) {
    leadSession();
    Runtime.getRuntime().addShutdownHook(Threads.daemon("end", new UnexpectedEnd()));
    ProcessEnd end;
    Keeper keeper = Keeper.start(parts, directory, this);
    try (keeper) {
      end = new TaskRun(parts, context(), this).run(task);
    }
    ended(end);
    return end.exitCode().orElse(0);
  }

  private RunContext context() {
    return new RunContext(
        new RunContext.Run(key.task(), key.id(), Optional.of(directory.path()), this),
        parts.time());
  }

  @Override
  public List<String> arguments() {
    return directory
        .readRecord()
        .map(ProcessRecord::command)
        .map(LaunchedCommand::arguments)
        .orElseGet(() -> parts.program().arguments());
  }

  /** Where there was no setsid(1) to start us with, we leave the starter's session ourselves. */
  private void leadSession() {
    long self = parts.table().currentPid();
    Optional<ProcessStat> entry = parts.table().find(self);
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
  public synchronized void began() {
    Optional<ProcessRecord> known = known();
    if (known.isPresent()) {
      describe(known.get().withRunningAt(began));
    }
  }

  @Override
  public synchronized void ready() {
    Optional<ProcessRecord> known = known();
    if (known.isPresent()) {
      describe(known.get().withReadyAt(parts.time().now()));
    }
  }

  /** Records the end; the first one counts. */
  @Override
  public synchronized void ended(ProcessEnd end) {
    Optional<ProcessRecord> known = over ? Optional.empty() : known();
    over = true;
    if (known.isPresent()) {
      describe(known.get().withEnd(end));
    }
  }

  /** Whatever ended the JVM did not come by us: System.exit, or the last thread but ours. */
  private final class UnexpectedEnd implements Runnable {
    @Override
    public void run() {
      ended(
          new ProcessEnd(
              parts.time().now(),
              OptionalInt.empty(),
              Optional.empty(),
              Optional.empty(),
              "the JVM was told to exit before the task returned"));
    }
  }

  private Optional<ProcessRecord> known() {
    try {
      return directory.exists() ? directory.readRecord() : Optional.empty();
    } catch (LuhprocException e) {
      return cannotDescribe(e);
    }
  }

  private void describe(ProcessRecord description) {
    try {
      directory.writeRecord(description);
    } catch (LuhprocException e) {
      Optional<ProcessRecord> ignored = cannotDescribe(e);
    }
  }

  /** A full disk must not end a task that works. */
  private Optional<ProcessRecord> cannotDescribe(LuhprocException e) {
    LoggerFactory.getLogger(WorkerProcess.class).warn("{} cannot describe itself", key, e);
    return Optional.empty();
  }
}
