package io.luhproc.worker;

import io.luhproc.LuhprocException;
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
import io.luhproc.service.TaskLauncher.TaskLaunchRequest;
import io.luhproc.spawn.LaunchRequest;
import io.luhproc.spawn.Launcher;
import io.luhproc.time.Deadline;
import io.luhproc.time.RandomTokens;
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

  private final ManagerContext context;
  private final WorkerQuery query;
  private final ProcessFinder processFinder;
  private final JournaledLauncher journaledLauncher;

  WorkerStarter(ManagerContext context, WorkerQuery query) {
    this.context = context;
    this.query = query;
    this.processFinder = new ProcessFinder(context.table());
    Launcher launcher = Launcher.withPathOf(context.platform().environment());
    this.journaledLauncher = new JournaledLauncher(launcher, context.table());
  }

  /** Starts a worker, or returns the one that is already running. */
  WorkerInfo start(ProcessKey key, StartOptions options) {
    context.table().requireOwnNamespace("start " + key);
    WorkerEnvironment.checkUserVariables(options.environment(), context.tasks());
    context.program().command();
    context.root().create();
    ProcessDirectory directory = context.root().directory(key);
    if (options.awaitReady().isEmpty()) {
      return lockAndStart(key, directory, options);
    }
    StartupOutput output = StartupOutput.startingNow(directory);
    WorkerInfo info = lockAndStart(key, directory, options);
    return new ReadinessWaiter(context, query).await(output, info, options.awaitReady().get());
  }

  private WorkerInfo lockAndStart(
      ProcessKey key, ProcessDirectory directory, StartOptions options) {
    Deadline deadline = Deadline.after(context.time(), LOCK_TIMEOUT);
    while (true) {
      boolean created = directory.create();
      Optional<DirectoryLock> lock = directory.lock(deadline);
      if (lock.isPresent()) {
        DirectoryLock acquired = lock.get();
        try (acquired) {
          return startWithLockHeld(key, directory, options, created);
        }
      }
      if (deadline.isExpired()) {
        throw new StartFailedException(
            "cannot start " + key + ": " + directory + " was deleted repeatedly; try again");
      }
    }
  }

  private WorkerInfo startWithLockHeld(
      ProcessKey key, ProcessDirectory directory, StartOptions options, boolean created) {
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
    try {
      return query.info(directory, launch(key, directory, options), true);
    } catch (LuhprocException | UncheckedIOException e) {
      rollBack(directory, previous, isNew, e);
      throw new StartFailedException("cannot start " + key + ": " + e.getMessage(), e);
    }
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

  private ProcessRecord launch(ProcessKey key, ProcessDirectory directory, StartOptions options) {
    JournaledLauncher.prepare(directory);
    ProcessRecord.Launch launch =
        new ProcessRecord.Launch(RandomTokens.next(), context.time().now());
    LaunchCommand launchCommand =
        context.launchCommand(
            new TaskLaunchRequest(
                key.task(),
                key.id(),
                directory.path(),
                launch.token(),
                options.arguments(),
                options.jvmOptions()));
    Map<String, String> environment = new HashMap<>(launchCommand.environment());
    environment.putAll(options.environment());
    Path workingDirectory = workingDirectory(options);
    LaunchedCommand launchedCommand =
        new LaunchedCommand(
            launchCommand.argv(),
            options.jvmOptions(),
            options.arguments(),
            workingDirectory,
            List.copyOf(options.environment().keySet()));
    JournaledLauncher.Launched launched =
        journaledLauncher.launch(
            directory,
            ProcessRecord.forLaunch(key, context.programName(), launch, launchedCommand),
            new LaunchRequest(
                launchCommand.argv(),
                environment,
                workingDirectory,
                directory.outLog(),
                directory.errLog()));
    ExitRecorder.start(context.time(), directory, launched);
    return launched.record();
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
}
