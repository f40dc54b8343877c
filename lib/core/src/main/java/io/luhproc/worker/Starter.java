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
 * not takes the lock and records itself, see {@link Membership}. A later starter that finds a
 * launch without an identity looks for a process that carries the directory's cookie before it
 * launches another.
 */
final class Starter {
  private static final Duration LONGEST_WAIT_FOR_LOCK = Duration.ofSeconds(30);

  private final Parts parts;
  private final Ownership ownership;
  private final Inspector inspector;
  private final ProcessFinder living;
  private final JournaledLauncher recorded;

  Starter(Parts parts, Inspector inspector) {
    this.parts = parts;
    this.ownership = new Ownership(parts.program());
    this.inspector = inspector;
    this.living = new ProcessFinder(parts.table());
    Launcher launcher = Launcher.withPathOf(parts.system().environment());
    this.recorded = new JournaledLauncher(launcher, parts.table());
  }

  /** Starts a worker, or says that it runs already. */
  WorkerInfo start(ProcessKey key, StartOptions options) {
    Variables.checkExtras(options.environment(), parts.tasks());
    parts.program().command();
    parts.root().create();
    ProcessDirectory directory = parts.root().directory(key);
    if (options.awaitReady().isEmpty()) {
      return startLocked(key, directory, options);
    }
    LaunchOutput output = LaunchOutput.from(directory);
    WorkerInfo info = startLocked(key, directory, options);
    return new Readiness(parts, inspector).await(output, info, options.awaitReady().get());
  }

  private WorkerInfo startLocked(ProcessKey key, ProcessDirectory directory, StartOptions options) {
    Deadline deadline = Deadline.after(parts.time(), LONGEST_WAIT_FOR_LOCK);
    while (true) {
      boolean made = directory.create();
      Optional<DirectoryLock> lock = directory.lock(deadline);
      if (lock.isPresent()) {
        DirectoryLock held = lock.get();
        try (held) {
          return startHolding(key, directory, options, made);
        }
      }
      if (deadline.isExpired()) {
        throw new StartFailedException(directory + " is removed whenever it is made");
      }
    }
  }

  private WorkerInfo startHolding(
      ProcessKey key, ProcessDirectory directory, StartOptions options, boolean made) {
    Optional<ProcessRecord> before = directory.readRecord();
    if (before.isPresent()) {
      ownership.check(directory, before.get(), key);
    }
    // Whoever locked it first after we had made it may have started the worker already.
    boolean fresh = made && before.isEmpty();
    Optional<ProcessIdentity> running = fresh ? Optional.empty() : living.find(directory, before);
    if (running.isPresent()) {
      return alreadyRunning(directory, before, running.get());
    }
    try {
      return inspector.info(directory, launch(key, directory, options), true);
    } catch (LuhprocException | UncheckedIOException e) {
      undo(directory, before, fresh, e);
      throw new StartFailedException("cannot start " + key + ": " + e.getMessage(), e);
    }
  }

  /** Repairs what a starter that was killed, or a person, left incomplete. */
  private WorkerInfo alreadyRunning(
      ProcessDirectory directory, Optional<ProcessRecord> before, ProcessIdentity running) {
    if (before.isPresent() && before.get().identity().isEmpty()) {
      directory.writeRecord(before.get().withIdentity(running));
    }
    if (directory.readPid().filter(pid -> pid == running.pid()).isEmpty()) {
      directory.writePid(running.pid());
    }
    return directory
        .readRecord()
        .map(it -> inspector.info(directory, it, false))
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
    ProcessRecord.Launch launch = new ProcessRecord.Launch(RandomTokens.next(), parts.time().now());
    LaunchCommand relaunch = relaunch(key, directory, options, launch);
    Path workingDirectory = workingDirectory(options);
    LaunchedCommand command =
        new LaunchedCommand(
            relaunch.argv(),
            options.jvmOptions(),
            options.arguments(),
            workingDirectory,
            List.copyOf(options.environment().keySet()));
    JournaledLauncher.Launched launched =
        recorded.launch(
            directory,
            ProcessRecord.forLaunch(key, parts.program().name(), launch, command),
            new LaunchRequest(
                relaunch.argv(),
                environment(relaunch, options),
                workingDirectory,
                directory.outLog(),
                directory.errLog()));
    EndWatch.start(parts, directory, launched);
    return launched.record();
  }

  private static Map<String, String> environment(LaunchCommand relaunch, StartOptions options) {
    if (options.environment().isEmpty()) {
      return relaunch.environment();
    }
    Map<String, String> environment = new HashMap<>(relaunch.environment());
    environment.putAll(options.environment());
    return environment;
  }

  private static Path workingDirectory(StartOptions options) {
    return options.directory().isPresent()
        ? options.directory().get()
        : Path.of("").toAbsolutePath();
  }

  private LaunchCommand relaunch(
      ProcessKey key,
      ProcessDirectory directory,
      StartOptions options,
      ProcessRecord.Launch launch) {
    Map<String, String> environment =
        Variables.forWorker(
            parts.system().environment(),
            parts.tasks(),
            key,
            new Variables.Cookie(directory.path(), launch.token()));
    return parts
        .program()
        .command()
        .buildCommand(options.jvmOptions(), options.arguments(), directory.path(), environment);
  }

  /** A start that failed leaves what it found, and nothing where there was nothing. */
  private static void undo(
      ProcessDirectory directory, Optional<ProcessRecord> before, boolean fresh, Exception cause) {
    try {
      if (fresh) {
        directory.delete();
      } else if (before.isPresent()) {
        directory.writeRecord(before.get());
      }
    } catch (LuhprocException e) {
      cause.addSuppressed(e);
    }
  }
}
