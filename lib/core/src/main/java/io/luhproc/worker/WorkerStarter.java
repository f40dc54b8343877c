package io.luhproc.worker;

import io.luhproc.LuhprocException;
import io.luhproc.archive.ClassArchives;
import io.luhproc.directory.DirectoryLock;
import io.luhproc.directory.ExitRecorder;
import io.luhproc.directory.JournaledLauncher;
import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessFinder;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.directory.StartupOutput;
import io.luhproc.process.LaunchCommand;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.relaunch.JvmCommand;
import io.luhproc.service.TaskLauncher.TaskLaunchRequest;
import io.luhproc.spawn.LaunchRequest;
import io.luhproc.spawn.Launcher;
import io.luhproc.time.Deadline;
import io.luhproc.time.RandomTokens;
import io.luhproc.worker.bootstrap.PendingLaunch;
import io.luhproc.worker.bootstrap.WorkerEnvironment;
import io.luhproc.worker.bootstrap.WorkerRole;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  /** Starts a worker, or returns the one that is already running. */
  WorkerInfo start(ProcessKey key, StartOptions options) {
    return start(new Request(key, options, context.platform().environment()));
  }

  /** Starts a worker, or returns the one that is already running. */
  WorkerInfo start(Request request) {
    context.table().requireOwnNamespace("start " + request.key());
    checkOptions(request.options());
    context.root().create();
    ProcessDirectory directory = context.root().directory(request.key());
    if (directory.isUsed() && !directory.hasRecord()) {
      awaitRestoredRecord(directory);
    }
    Optional<Duration> awaitReady = request.options().awaitReady();
    if (awaitReady.isEmpty()) {
      return lockAndStart(request, directory);
    }
    StartupOutput output = StartupOutput.startingNow(directory);
    WorkerInfo info = lockAndStart(request, directory);
    return new ReadinessWaiter(context, query).await(output, info, awaitReady.get());
  }

  /**
   * Checks what can be known before a restart: options, program, working directory and disk.
   *
   * @throws LuhprocException if the start would fail because of one of them
   */
  void checkRestart(Request request) {
    checkOptions(request.options());
    ProcessDirectory directory = context.root().directory(request.key());
    if (context.root().exists() && directory.exists()) {
      try {
        directory.checkWritable();
        launcher.check(
            launchRequest(
                command(request, directory, newLaunch(request.options())),
                request.options(),
                directory));
      } catch (LuhprocException | UncheckedIOException e) {
        throw new StartFailedException(
            "cannot restart " + request.key() + ": " + e.getMessage() + "; it was not stopped", e);
      }
    }
  }

  private void checkOptions(StartOptions options) {
    rejectStartBeforeCheck();
    WorkerEnvironment.checkUserVariables(options.environment(), context.tasks().names());
    JvmCommand ignored = context.program().command();
  }

  /** Fails if this JVM is a worker of this manager whose {@code check()} was not called yet. */
  private void rejectStartBeforeCheck() {
    if (context.platform().environment().containsKey(PendingLaunch.VARIABLE)) {
      PendingLaunch.find(context.platform())
          .filter(it -> it.isLaunchedBy(context.tasks().names()))
          .ifPresent(
              it ->
                  it.fail(
                      "start(..) was called in the worker before check(); call"
                          + " ProcessManager.check() first in main, before anything that starts a"
                          + " worker"));
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

  private WorkerInfo lockAndStart(Request request, ProcessDirectory directory) {
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

  private WorkerInfo startWithLockHeld(
      Request request, ProcessDirectory directory, boolean created) {
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
    if (previous.isPresent() && isRepeated(request.options(), previous.get())) {
      return query.info(directory, previous.get(), false);
    }
    try {
      if (previous.isPresent() && mayHaveLeftovers(directory, previous.get())) {
        stopper.stopLeftovers(key, directory, previous.get());
      }
      return query.info(directory, launch(request, directory), true);
    } catch (LuhprocException | UncheckedIOException e) {
      rollBack(directory, previous, isNew, e);
      throw new StartFailedException("cannot start " + key + ": " + e.getMessage(), e);
    }
  }

  /** Returns whether a start with the same token has launched the worker, which has ended since. */
  private static boolean isRepeated(StartOptions options, ProcessRecord previous) {
    return options.token().isPresent()
        && options.token().get().equals(previous.launchToken())
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
  private WorkerInfo repairRunning(
      ProcessDirectory directory, Optional<ProcessRecord> previous, ProcessIdentity running) {
    if (previous.isPresent() && previous.get().identity().isEmpty()) {
      directory.writeRecord(previous.get().withIdentity(running));
    }
    if (directory.readPid().filter(pid -> pid == running.pid()).isEmpty()) {
      directory.writePid(running.pid());
    }
    return directory
        .readRecord()
        .map(it -> query.info(directory, it, false))
        .orElseThrow(
            () ->
                new StartFailedException(
                    ("cannot start a worker in %s: process %d is running, but its"
                            + " process.properties is damaged; stop it first")
                        .formatted(directory, running.pid())));
  }

  private ProcessRecord launch(Request request, ProcessDirectory directory) {
    ProcessRecord.Launch launch = newLaunch(request.options());
    LaunchCommand command = context.withArchive(command(request, directory, launch));
    ProcessRecord record =
        ProcessRecord.forLaunch(
                request.key(), context.programName(), launch, launchedCommand(request, command))
            .withClassArchive(ClassArchives.describe(command.environment(), context.programName()));
    JournaledLauncher.prepare(directory);
    JournaledLauncher.Launched launched =
        journaledLauncher.launch(
            directory, record, launchRequest(command, request.options(), directory));
    ExitRecorder.start(context.time(), directory, launched);
    return launched.record();
  }

  private ProcessRecord.Launch newLaunch(StartOptions options) {
    return new ProcessRecord.Launch(launchToken(options), context.time().now());
  }

  /** Returns the command of a launch, without an archive. Starts nothing. */
  private LaunchCommand command(
      Request request, ProcessDirectory directory, ProcessRecord.Launch launch) {
    Optional<String> missing = context.program().command().missingFile();
    if (missing.isPresent()) {
      throw new LuhprocException(
          "the program " + missing.get() + " does not exist; was it replaced by another version?");
    }
    StartOptions options = request.options();
    LaunchCommand command =
        context.launchCommand(
            new TaskLaunchRequest(
                request.key().task(),
                request.key().id(),
                directory.path(),
                launch.token(),
                options.arguments(),
                options.jvmOptions(),
                options.removedJvmOptions()),
            request.inherited());
    Map<String, String> environment = new HashMap<>(command.environment());
    environment.putAll(options.environment());
    return new LaunchCommand(command.argv(), environment);
  }

  private static LaunchedCommand launchedCommand(Request request, LaunchCommand command) {
    StartOptions options = request.options();
    List<String> ownNames = List.copyOf(options.environment().keySet());
    Map<String, String> inherited = new HashMap<>(command.environment());
    inherited.keySet().removeAll(ownNames);
    return new LaunchedCommand(
        command.argv(),
        options.jvmOptions(),
        options.removedJvmOptions(),
        options.arguments(),
        workingDirectory(options),
        ownNames,
        WorkerEnvironment.inheritedNames(inherited, request.key().task()));
  }

  private static LaunchRequest launchRequest(
      LaunchCommand command, StartOptions options, ProcessDirectory directory) {
    return new LaunchRequest(
        command.argv(),
        command.environment(),
        workingDirectory(options),
        directory.outLog(),
        directory.errLog());
  }

  private static String launchToken(StartOptions options) {
    return options.token().isPresent() ? options.token().get() : RandomTokens.next();
  }

  private static Path workingDirectory(StartOptions options) {
    return options.directory().isPresent()
        ? options.directory().get()
        : Path.of("").toAbsolutePath();
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

  /**
   * A start of a worker.
   *
   * @param key the worker
   * @param options its options
   * @param inherited the environment to which the options add variables
   */
  record Request(ProcessKey key, StartOptions options, Map<String, String> inherited) {}
}
