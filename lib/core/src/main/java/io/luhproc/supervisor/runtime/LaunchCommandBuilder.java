package io.luhproc.supervisor.runtime;

import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.envfile.EnvFile;
import io.luhproc.process.EnvironmentNames;
import io.luhproc.process.LaunchCommand;
import io.luhproc.service.Command;
import io.luhproc.service.TaskLauncher;
import io.luhproc.spawn.ShellCommand;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts together the command line and the environment of a process: the supervisor's environment,
 * then the files, then the service's variables, then its own; a later one wins.
 */
public final class LaunchCommandBuilder {
  private final Map<String, String> inherited;

  private LaunchCommandBuilder(Map<String, String> inherited) {
    this.inherited = Map.copyOf(inherited);
  }

  /**
   * Returns one that builds on an environment. Where this JVM is a worker itself, its task's
   * variable is left out: the same app started as a command must not run that task.
   */
  public static LaunchCommandBuilder inheriting(Map<String, String> environment) {
    Map<String, String> variables = new HashMap<>(environment);
    String own = variables.getOrDefault(EnvironmentNames.DIRECTORY, "");
    if (!own.isEmpty()) {
      readRecord(own).ifPresent(worker -> variables.remove(worker.key().task()));
    }
    return new LaunchCommandBuilder(variables);
  }

  private static Optional<ProcessRecord> readRecord(String directory) {
    try {
      return ProcessDirectory.at(Path.of(directory)).readRecord();
    } catch (LuhprocException expected) {
      // Another user's, as for sudo(8) in a worker: then this JVM is not that worker.
      return Optional.empty();
    }
  }

  /**
   * Returns what is to be launched.
   *
   * @throws io.luhproc.LuhprocException when a file of variables cannot be read, or an app cannot
   *     be started again
   */
  public LaunchCommand build(ProcessInstance instance, String token) {
    LaunchCommand base = baseCommand(instance, token);
    Map<String, String> variables = new HashMap<>(base.environment());
    for (Path file : instance.spec().execContext().envFiles()) {
      variables.putAll(EnvFile.read(file));
    }
    variables.putAll(instance.service().environment());
    variables.putAll(instance.spec().execContext().environment());
    variables.put(EnvironmentNames.ID, instance.name());
    variables.put(EnvironmentNames.DIRECTORY, directoryPath(instance).toString());
    variables.put(EnvironmentNames.LAUNCH, token);
    return new LaunchCommand(base.argv(), variables);
  }

  /**
   * Returns the environment of commands that check a process: what is written in its spec, without
   * what makes an app run a task.
   */
  public Map<String, String> environmentForChecks(ProcessInstance instance) {
    Map<String, String> variables = new HashMap<>(inherited);
    variables.putAll(instance.service().environment());
    variables.putAll(instance.spec().execContext().environment());
    variables.put(EnvironmentNames.ID, instance.name());
    return variables;
  }

  private LaunchCommand baseCommand(ProcessInstance instance, String token) {
    Command command = instance.spec().command();
    if (command instanceof Command.TaskCommand task) {
      return task.app()
          .taskLauncher()
          .launchCommand(
              new TaskLauncher.TaskLaunchRequest(
                  task.task(),
                  instance.name(),
                  directoryPath(instance),
                  token,
                  task.arguments(),
                  task.jvmOptions()));
    }
    return new LaunchCommand(argv(command), inherited);
  }

  /** Returns the command line of a command that is no task. */
  static List<String> argv(Command command) {
    return command instanceof Command.Program program
        ? program.argv()
        : ShellCommand.argv(command.text());
  }

  private static Path directoryPath(ProcessInstance instance) {
    return instance.location().directory().path();
  }
}
