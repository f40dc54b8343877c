package io.luhproc.worker;

import io.luhproc.DirectoryRefusedException;
import io.luhproc.archive.ClassArchives;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.engine.WorkerEngines;
import io.luhproc.log.LogPolicy;
import io.luhproc.process.LaunchCommand;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.relaunch.AppProgram;
import io.luhproc.service.TaskLauncher;
import io.luhproc.time.TimeSource;
import io.luhproc.worker.bootstrap.Platform;
import io.luhproc.worker.bootstrap.WorkerEnvironment;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Settings of one manager, and the machine that it works on.
 *
 * @param tasks the registered tasks
 * @param app the app's name, if it has one
 * @param root the parent of the process directories
 * @param program how this app is relaunched
 * @param logPolicy when logs are rotated and expire
 * @param grace how long a task may keep running after a stop request
 * @param classArchive whether workers use and make class archives
 * @param engine the address of the engine that runs the workers
 * @param platform the machine
 */
record ManagerContext(
    TaskRegistry tasks,
    Optional<String> app,
    ProcessRoot root,
    AppProgram program,
    LogPolicy logPolicy,
    Duration grace,
    boolean classArchive,
    String engine,
    Platform platform)
    implements TaskLauncher {

  /**
   * Returns the key of a worker.
   *
   * @throws UnknownTaskException if the task is not registered
   * @throws IllegalArgumentException if the id is invalid
   */
  ProcessKey key(String task, String id) {
    tasks.get(Objects.requireNonNull(task, "task"));
    Objects.requireNonNull(id, "id");
    return new ProcessKey(app, task, id);
  }

  TimeSource time() {
    return platform.time();
  }

  ProcessTable table() {
    return platform.table();
  }

  /** Returns the address of the engine that runs a process. */
  static String engineOf(ProcessRecord record) {
    return record.remote().isPresent() ? record.remote().get().engine() : WorkerEngines.LOCAL;
  }

  /** Returns whether a process belongs to this app. Apps without a name may share a directory. */
  boolean belongsToApp(ProcessRecord record) {
    return record.key().app().isPresent() || record.program().equals(programName());
  }

  /**
   * Checks that a directory belongs to a key and to this app.
   *
   * @throws DirectoryRefusedException if it does not
   */
  void checkOwnership(ProcessDirectory directory, ProcessRecord record, ProcessKey key) {
    if (!record.key().equals(key)) {
      throw new DirectoryRefusedException(
          directory.path(),
          ("cannot use %s for %s: its process.properties is about %s, so it was copied or renamed;"
                  + " remove it")
              .formatted(directory, key, record.key()));
    }
    String recordedEngine = engineOf(record);
    if (record.end().isEmpty() && !recordedEngine.equals(engine)) {
      throw new DirectoryRefusedException(
          directory.path(),
          ("cannot use %s for %s: it runs on engine %s, and this manager uses %s; stop it there"
                  + " first")
              .formatted(directory, key, recordedEngine, engine));
    }
    if (!belongsToApp(record)) {
      throw new DirectoryRefusedException(
          directory.path(),
          ("cannot use %s for %s of %s: it belongs to another app, %s, with the same task and id;"
                  + " name each app with ProcessManager.builder().app(..)")
              .formatted(directory, key, programName(), record.program()));
    }
  }

  @Override
  public void checkTask(String task) {
    if (!tasks.contains(task)) {
      throw new IllegalArgumentException(
          "task (" + task + ") must be one of " + String.join(", ", tasks.names()));
    }
  }

  @Override
  public String programName() {
    return program.name();
  }

  @Override
  public LaunchCommand launchCommand(TaskLaunchRequest request) {
    return launchCommand(request, platform.environment());
  }

  /** Returns a command with the options that use or make a class archive. */
  LaunchCommand withArchive(LaunchCommand command) {
    return new ClassArchives(classArchive, platform.environment(), platform.time())
        .addTo(command, program.command().isJava());
  }

  /** Returns the command of a worker that inherits a given environment, without an archive. */
  LaunchCommand launchCommand(TaskLaunchRequest request, Map<String, String> inherited) {
    return program
        .command()
        .withoutOptions(request.removedJvmOptions())
        .buildCommand(
            request.jvmOptions(),
            request.arguments(),
            request.directory(),
            WorkerEnvironment.forWorker(inherited, tasks.names(), request));
  }
}
