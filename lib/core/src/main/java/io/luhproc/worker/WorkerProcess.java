package io.luhproc.worker;

import io.luhproc.LuhprocException;
import io.luhproc.directory.Description;
import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.posix.Posix;
import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessEntry;
import io.luhproc.time.Threads;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.slf4j.LoggerFactory;

/**
 * This JVM as a worker: it owns its directory from the moment that its pid is recorded, so it
 * describes itself without the lock, which a {@code stop} holds while it waits for us to leave.
 */
final class WorkerProcess {
  private final Parts parts;
  private final ProcessKey key;
  private final ProcessDirectory directory;
  private boolean ended;

  WorkerProcess(Parts parts, Trigger.Launched launched) {
    this.parts = parts;
    this.key = launched.key();
    this.directory = launched.directory();
  }

  /** Runs the task and returns the exit code. */
  int run(Task task) {
    leadSession();
    Thread unexpected = Threads.daemon("end", this::recordUnexpectedEnd);
    Runtime.getRuntime().addShutdownHook(unexpected);
    describe(it -> it.withRunning(parts.time().now()));
    ProcessEnd end;
    Keeper keeper = Keeper.start(parts, directory);
    try (keeper) {
      end = new TaskRun(parts, context(), this::recordEnd).run(task);
    }
    recordEnd(end);
    return end.exitCode().orElse(0);
  }

  private RunContext context() {
    return new RunContext(
        new RunContext.Run(
            key.task(),
            key.id(),
            this::arguments,
            Optional.of(directory.path()),
            () -> describe(it -> it.withReady(parts.time().now()))),
        parts.time());
  }

  private List<String> arguments() {
    return directory
        .description()
        .map(Description::command)
        .map(LaunchedCommand::arguments)
        .orElseGet(() -> parts.program().arguments());
  }

  /** Where there was no setsid(1) to start us with, we leave the starter's session ourselves. */
  private void leadSession() {
    long self = parts.table().self();
    Optional<ProcessEntry> entry = parts.table().find(self);
    if (entry.isPresent() && entry.get().session() == self) {
      return;
    }
    try {
      Posix.lazy().setsid();
    } catch (IOException e) {
      LoggerFactory.getLogger(WorkerProcess.class)
          .warn("{} stays in the session of its starter and ends with it", key, e);
    }
  }

  private synchronized void recordEnd(ProcessEnd end) {
    if (!ended) {
      ended = true;
      describe(it -> it.withEnd(end));
    }
  }

  /** Whatever ended the JVM did not come by us: System.exit, or the last thread but ours. */
  private void recordUnexpectedEnd() {
    recordEnd(
        new ProcessEnd(
            parts.time().now(),
            OptionalInt.empty(),
            Optional.empty(),
            Optional.empty(),
            "the JVM was told to exit before the task returned"));
  }

  private synchronized void describe(UnaryOperator<Description> change) {
    try {
      if (directory.exists()) {
        directory.description().ifPresent(it -> directory.describe(change.apply(it)));
      }
    } catch (LuhprocException e) {
      // A full disk must not end a task that works.
      LoggerFactory.getLogger(WorkerProcess.class).warn("{} cannot describe itself", key, e);
    }
  }
}
