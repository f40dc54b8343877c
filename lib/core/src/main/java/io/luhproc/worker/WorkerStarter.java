package io.luhproc.worker;

import io.luhproc.LuhprocException;
import io.luhproc.directory.DirectoryLock;
import io.luhproc.directory.JournaledLauncher;
import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessFinder;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.process.LaunchCommand;
import io.luhproc.process.ProcessIdentity;
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
 * Starts workers.
 *
 * <p>The steps, each of which may be the last one of a starter that is killed: lock; those of a
 * {@link JournaledLauncher}; unlock. A worker that finds its pid recorded goes on; one that does
 * not takes the lock and records itself, see {@link WorkerRole}. A later starter that finds a
 * launch without an identity looks for a process that carries the directory's cookie before it
 * launches another.
 */
final class WorkerStarter {
  private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);

  private final ManagerContext context;
  private final AppOwnershipCheck ownership;
  private final WorkerQuery query;
  private final ProcessFinder processFinder;
  private final JournaledLauncher journaledLaunch;

  WorkerStarter(ManagerContext context, WorkerQuery query) {
    this.context = context;
    this.ownership = new AppOwnershipCheck(context.program());
    this.query = query;
    this.processFinder = new ProcessFinder(context.table());
    Launcher launcher = Launcher.withPathOf(context.platform().environment());
    this.journaledLaunch = new JournaledLauncher(launcher, context.table());
  }

  /** Starts a worker, or says that it runs already. */
  WorkerInfo start(ProcessKey key, StartOptions options) {
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
        throw new StartFailedException(directory + " is removed whenever it is made");
      }
    }
  }

  private WorkerInfo startWithLockHeld(
      ProcessKey key, ProcessDirectory directory, StartOptions options, boolean created) {
    Optional<ProcessRecord> previous = directory.readRecord();
    if (previous.isPresent()) {
      ownership.check(directory, previous.get(), key);
    }
    // Whoever locked it first after we had made it may have started the worker already.
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

  /** Repairs what a starter that was killed, or a person, left incomplete. */
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
                    "process "
                        + running.pid()
                        + " of "
                        + directory
                        + " runs, but its process.properties is damaged; stop it first"));
  }

  private ProcessRecord launch(ProcessKey key, ProcessDirectory directory, StartOptions options) {
    JournaledLauncher.prepare(directory);
    ProcessRecord.Launch launch =
        new ProcessRecord.Launch(RandomTokens.next(), context.time().now());
    LaunchCommand launchCommand = buildLaunchCommand(key, directory, options, launch);
    Path workingDirectory = workingDirectory(options);
    LaunchedCommand launchedCommand =
        new LaunchedCommand(
            launchCommand.argv(),
            options.jvmOptions(),
            options.arguments(),
            workingDirectory,
            List.copyOf(options.environment().keySet()));
    JournaledLauncher.Launched launched =
        journaledLaunch.launch(
            directory,
            ProcessRecord.forLaunch(key, context.program().name(), launch, launchedCommand),
            new LaunchRequest(
                launchCommand.argv(),
                mergeEnvironment(launchCommand, options),
                workingDirectory,
                directory.outLog(),
                directory.errLog()));
    ExitRecorder.start(context, directory, launched);
    return launched.record();
  }

  private static Map<String, String> mergeEnvironment(
      LaunchCommand launchCommand, StartOptions options) {
    if (options.environment().isEmpty()) {
      return launchCommand.environment();
    }
    Map<String, String> environment = new HashMap<>(launchCommand.environment());
    environment.putAll(options.environment());
    return environment;
  }

  private static Path workingDirectory(StartOptions options) {
    return options.directory().isPresent()
        ? options.directory().get()
        : Path.of("").toAbsolutePath();
  }

  private LaunchCommand buildLaunchCommand(
      ProcessKey key,
      ProcessDirectory directory,
      StartOptions options,
      ProcessRecord.Launch launch) {
    Map<String, String> environment =
        WorkerEnvironment.forWorker(
            context.platform().environment(),
            context.tasks(),
            key,
            new WorkerEnvironment.LaunchMarker(directory.path(), launch.token()));
    return context
        .program()
        .command()
        .buildCommand(options.jvmOptions(), options.arguments(), directory.path(), environment);
  }

  /** A start that failed leaves what it found, and nothing where there was nothing. */
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
