package io.luhproc.worker;

import io.luhproc.LuhprocException;
import io.luhproc.directory.DirectoryLock;
import io.luhproc.directory.ExitRecorder;
import io.luhproc.directory.JournaledLauncher;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessFinder;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.directory.StartupOutput;
import io.luhproc.process.LaunchCommand;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.spawn.LaunchRequest;
import io.luhproc.spawn.Launcher;
import io.luhproc.time.Deadline;
import io.luhproc.time.RandomTokens;
import io.luhproc.worker.bootstrap.WorkerRole;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Starts workers, and tolerates that a starter is killed at any step.
 *
 * <p>A start locks the directory, runs the steps of a {@link JournaledLauncher}, and unlocks. A
 * worker whose pid is recorded runs its task; otherwise it takes the lock and records itself, see
 * {@link WorkerRole}. A later starter that finds a launch without an identity searches for a
 * process with the directory's marker before it launches another.
 */
final class WorkerStarter {
  private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);
  // A worker looks for its record once a second.
  private static final Duration RESTORE_TIMEOUT = Duration.ofSeconds(3);

  private final ManagerContext context;
  private final WorkerQuery query;
  private final ProcessFinder processFinder;
  private final Launcher launcher;
  private final JournaledLauncher journaledLauncher;
  private final WorkerStopper stopper;

  WorkerStarter(ManagerContext context, WorkerQuery query) {
    this.context = context;
    this.query = query;
    this.processFinder = new ProcessFinder(context.table());
    this.launcher = Launcher.withPathOf(context.platform().environment());
    this.stopper = new WorkerStopper(context);
    this.journaledLauncher = new JournaledLauncher(launcher, context.table());
  }

  /**
   * Starts a worker, or returns the one that is already running.
   *
   * @param awaitReady how long to wait until it is ready; empty not to wait
   */
  WorkerInfo start(Request request, Optional<Duration> awaitReady) {
    prepare(request);
    ProcessDirectory directory = context.root().directory(request.key());
    if (awaitReady.isEmpty()) {
      return info(lockAndStart(request, directory));
    }
    StartupOutput output = StartupOutput.startingNow(directory);
    WorkerInfo info = info(lockAndStart(request, directory));
    return new ReadinessWaiter(context, query).await(output, info, awaitReady.get());
  }

  /** Starts a worker, or returns the one that is already running, without its usage. */
  Started start(Request request) {
    prepare(request);
    return lockAndStart(request, context.root().directory(request.key()));
  }

  private void prepare(Request request) {
    context.table().requireOwnNamespace("start " + request.key());
    request.check();
    context.root().create();
    ProcessDirectory directory = context.root().directory(request.key());
    if (directory.isUsed() && !directory.hasRecord()) {
      awaitRestoredRecord(directory);
    }
  }

  private WorkerInfo info(Started started) {
    return query.info(started.directory(), started.record(), started.launched());
  }

  /**
   * Checks what can be known before a restart: options, program, working directory and disk.
   *
   * @throws LuhprocException if the start would fail because of one of them
   */
  void checkRestart(Request request) {
    request.check();
    ProcessDirectory directory = context.root().directory(request.key());
    if (context.root().exists() && directory.exists()) {
      try {
        directory.checkWritable();
        LaunchCommand command = request.command(directory, newLaunch(request).token());
        launcher.check(launchRequest(command, request, directory));
      } catch (LuhprocException | UncheckedIOException e) {
        throw new StartFailedException(
            "cannot restart " + request.key() + ": " + e.getMessage() + "; it was not stopped", e);
      }
    }
  }

  /** Lets a live worker write its record again, which a cleaner of temporary directories took. */
  private void awaitRestoredRecord(ProcessDirectory directory) {
    try {
      if (processFinder.find(directory, Optional.empty()).isPresent()) {
        boolean ignored =
            Deadline.after(context.time(), RESTORE_TIMEOUT).await(directory::hasRecord);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Started lockAndStart(Request request, ProcessDirectory directory) {
    Deadline deadline = Deadline.after(context.time(), LOCK_TIMEOUT);
    while (true) {
      boolean created = directory.create();
      Optional<DirectoryLock> lock = directory.lock(deadline);
      if (lock.isPresent()) {
        DirectoryLock acquired = lock.get();
        try (acquired) {
          return startWithLockHeld(request, directory, created);
        }
      }
      if (deadline.isExpired()) {
        throw new StartFailedException(
            "cannot start "
                + request.key()
                + ": "
                + directory
                + " was deleted repeatedly; try again");
      }
    }
  }

  private Started startWithLockHeld(Request request, ProcessDirectory directory, boolean created) {
    ProcessKey key = request.key();
    Optional<ProcessRecord> previous = directory.readRecord();
    if (previous.isPresent()) {
      context.checkOwnership(directory, previous.get(), key);
    }
    // Another starter may have locked our new directory first, and started the worker.
    boolean isNew = created && previous.isEmpty();
    Optional<ProcessIdentity> running =
        isNew ? Optional.empty() : processFinder.find(directory, previous);
    if (running.isPresent()) {
      return repairRunning(directory, previous, running.get());
    }
    if (previous.isPresent() && isRepeated(request, previous.get())) {
      return Started.earlier(directory, previous.get());
    }
    try {
      if (previous.isPresent() && mayHaveLeftovers(directory, previous.get())) {
        stopper.stopLeftovers(key, directory, previous.get());
      }
      return launch(request, directory);
    } catch (LuhprocException | UncheckedIOException e) {
      rollBack(directory, previous, isNew, e);
      throw new StartFailedException("cannot start " + key + ": " + e.getMessage(), e);
    }
  }

  /** Returns whether a start with the same token has launched the worker, which has ended since. */
  private static boolean isRepeated(Request request, ProcessRecord previous) {
    return request.token().isPresent()
        && request.token().get().equals(previous.launchToken())
        && (previous.identity().isPresent() || previous.end().isPresent());
  }

  /**
   * Returns whether processes of the previous launch may be alive. A stop proves that none is, and
   * deletes the pid.
   */
  private static boolean mayHaveLeftovers(ProcessDirectory directory, ProcessRecord previous) {
    return previous.identity().isEmpty() || directory.readPid().isPresent();
  }

  /** Repairs a record or pid file that a killed starter or a user left incomplete. */
  private static Started repairRunning(
      ProcessDirectory directory, Optional<ProcessRecord> previous, ProcessIdentity running) {
    if (previous.isPresent() && previous.get().identity().isEmpty()) {
      directory.writeRecord(previous.get().withIdentity(running));
    }
    if (directory.readPid().filter(pid -> pid == running.pid()).isEmpty()) {
      directory.writePid(running.pid());
    }
    return directory
        .readRecord()
        .map(it -> Started.earlier(directory, it))
        .orElseThrow(
            () ->
                new StartFailedException(
                    ("cannot start a worker in %s: process %d is running, but its"
                            + " process.properties is damaged; stop it first")
                        .formatted(directory, running.pid())));
  }

  private Started launch(Request request, ProcessDirectory directory) {
    ProcessRecord.Launch launch = newLaunch(request);
    LaunchCommand command = request.withArchive(request.command(directory, launch.token()));
    ProcessRecord record = request.record(launch, command);
    JournaledLauncher.prepare(directory);
    JournaledLauncher.Launched launched =
        journaledLauncher.launch(directory, record, launchRequest(command, request, directory));
    ExitRecorder recorder = ExitRecorder.start(context.time(), directory, launched);
    return new Started(directory, launched.record(), recorder);
  }

  private ProcessRecord.Launch newLaunch(Request request) {
    Optional<String> token = request.token();
    return new ProcessRecord.Launch(
        token.isPresent() ? token.get() : RandomTokens.next(), context.time().now());
  }

  private static LaunchRequest launchRequest(
      LaunchCommand command, Request request, ProcessDirectory directory) {
    return new LaunchRequest(
        command.argv(),
        command.environment(),
        request.workingDirectory(),
        directory.outLog(),
        directory.errLog());
  }

  /** Restores the directory as it was before a failed launch. */
  private static void rollBack(
      ProcessDirectory directory,
      Optional<ProcessRecord> previous,
      boolean isNew,
      Exception cause) {
    try {
      if (isNew) {
        directory.delete();
      } else if (previous.isPresent()) {
        directory.writeRecord(previous.get());
      }
    } catch (LuhprocException e) {
      cause.addSuppressed(e);
    }
  }

  /** A start of a worker: what is launched if it does not run yet. */
  interface Request {
    /** Returns the worker. */
    ProcessKey key();

    /** Returns the token that identifies this start; empty for a new one. */
    Optional<String> token();

    /**
     * Checks what can be known without the directory.
     *
     * @throws IllegalArgumentException if an option is invalid
     * @throws LuhprocException if the worker cannot be launched by this process
     */
    void check();

    /** Returns the working directory. */
    Path workingDirectory();

    /** Returns the command of a launch, without a class archive. Starts nothing. */
    LaunchCommand command(ProcessDirectory directory, String launchToken);

    /** Returns a command with the options that use or make a class archive, if it has one. */
    LaunchCommand withArchive(LaunchCommand command);

    /** Returns the record of a launch. */
    ProcessRecord record(ProcessRecord.Launch launch, LaunchCommand command);
  }

  /**
   * The result of a start.
   *
   * @param recorder records the end of the process; null if an earlier start launched it
   */
  record Started(
      ProcessDirectory directory, ProcessRecord record, @Nullable ExitRecorder recorder) {

    /** Returns the result of a start that found an earlier launch. */
    static Started earlier(ProcessDirectory directory, ProcessRecord record) {
      return new Started(directory, record, null);
    }

    /** Returns whether this start launched the process. */
    boolean launched() {
      return recorder != null;
    }
  }
}
