package io.luhproc.worker;

import io.luhproc.LuhprocException;
import io.luhproc.archive.ClassArchives;
import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.process.LaunchCommand;
import io.luhproc.relaunch.JvmCommand;
import io.luhproc.service.TaskLauncher.TaskLaunchRequest;
import io.luhproc.worker.bootstrap.PendingLaunch;
import io.luhproc.worker.bootstrap.WorkerEnvironment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A start of a worker that runs a task of this app.
 *
 * @param context the settings of the manager
 * @param key the worker
 * @param options its options
 * @param inherited the environment to which the options add variables
 */
record TaskRequest(
    ManagerContext context, ProcessKey key, StartOptions options, Map<String, String> inherited)
    implements WorkerStarter.Request {

  /** Returns a start of a worker that inherits the environment of this process. */
  static TaskRequest of(ManagerContext context, ProcessKey key, StartOptions options) {
    return new TaskRequest(context, key, options, context.platform().environment());
  }

  @Override
  public Optional<String> token() {
    return options.token();
  }

  @Override
  public void check() {
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

  @Override
  public Path workingDirectory() {
    return options.directory().isPresent()
        ? options.directory().get()
        : Path.of("").toAbsolutePath();
  }

  @Override
  public LaunchCommand command(ProcessDirectory directory, String launchToken) {
    Optional<String> missing = context.program().command().missingFile();
    if (missing.isPresent()) {
      throw new LuhprocException(
          "the program " + missing.get() + " does not exist; was it replaced by another version?");
    }
    LaunchCommand command =
        context.launchCommand(
            new TaskLaunchRequest(
                key.task(),
                key.id(),
                directory.path(),
                launchToken,
                options.arguments(),
                options.jvmOptions(),
                options.removedJvmOptions()),
            inherited);
    Map<String, String> environment = new HashMap<>(command.environment());
    environment.putAll(options.environment());
    return new LaunchCommand(command.argv(), environment);
  }

  @Override
  public LaunchCommand withArchive(LaunchCommand command) {
    return context.withArchive(command);
  }

  @Override
  public ProcessRecord record(ProcessRecord.Launch launch, LaunchCommand command) {
    return ProcessRecord.forLaunch(key, context.programName(), launch, describe(command))
        .withClassArchive(ClassArchives.describe(command.environment(), context.programName()));
  }

  private LaunchedCommand describe(LaunchCommand command) {
    List<String> ownNames = List.copyOf(options.environment().keySet());
    Map<String, String> others = new HashMap<>(command.environment());
    others.keySet().removeAll(ownNames);
    return new LaunchedCommand(
        command.argv(),
        options.jvmOptions(),
        options.removedJvmOptions(),
        options.arguments(),
        workingDirectory(),
        ownNames,
        WorkerEnvironment.inheritedNames(others, key.task()));
  }
}
