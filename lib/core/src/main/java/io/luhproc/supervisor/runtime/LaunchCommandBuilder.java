package io.luhproc.supervisor.runtime;

import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.envfile.EnvFile;
import io.luhproc.health.Heartbeat;
import io.luhproc.notify.NotifyServer;
import io.luhproc.notify.ServiceManagerNotifier;
import io.luhproc.process.EnvironmentNames;
import io.luhproc.process.LaunchCommand;
import io.luhproc.service.Command;
import io.luhproc.service.Readiness;
import io.luhproc.service.TaskLauncher;
import io.luhproc.spawn.ShellCommand;
import io.luhproc.supervisor.state.ProcessInstance;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Builds the command line and the environment of a process: the supervisor's environment, then the
 * environment files, the service's variables, and the process's own. Later values win.
 */
public final class LaunchCommandBuilder {
  private final Map<String, String> inherited;

  private LaunchCommandBuilder(Map<String, String> inherited) {
    this.inherited = Map.copyOf(inherited);
  }

  /**
   * Returns a builder that starts from an environment. If this JVM is a worker, the variable of its
   * task is removed, so that the same app launched as a command does not run that task.
   */
  public static LaunchCommandBuilder inheriting(Map<String, String> environment) {
    Map<String, String> variables = new HashMap<>(environment);
    variables.keySet().removeAll(ServiceManagerNotifier.VARIABLES);
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
      // The directory of another user, as for sudo(8) in a worker: this JVM is not that worker.
      return Optional.empty();
    }
  }

  /**
   * Returns the command of one launch.
   *
   * @param directory the process directory
   * @param token identifies this launch
   * @throws io.luhproc.LuhprocException when an environment file cannot be read, or an app cannot
   *     be relaunched
   */
  public LaunchCommand build(ProcessInstance instance, Path directory, String token) {
    LaunchCommand base = baseCommand(instance, directory, token);
    Map<String, String> variables = new HashMap<>(base.environment());
    variables.keySet().removeAll(ServiceManagerNotifier.VARIABLES);
    if (instance.spec().start().readiness() instanceof Readiness.SdNotify) {
      addNotifyVariables(instance, directory, variables);
    }
    variables.putAll(ownVariables(instance));
    variables.put(EnvironmentNames.ID, instance.name());
    variables.put(EnvironmentNames.DIRECTORY, directory.toString());
    variables.put(EnvironmentNames.LAUNCH, token);
    return new LaunchCommand(base.argv(), variables);
  }

  /** Returns the variables that service and process set, also by files. */
  static Map<String, String> ownVariables(ProcessInstance instance) {
    Map<String, String> variables = new HashMap<>();
    for (Path file : instance.spec().execContext().envFiles()) {
      variables.putAll(EnvFile.read(file));
    }
    variables.putAll(instance.service().environment());
    variables.putAll(instance.spec().execContext().environment());
    return variables;
  }

  /**
   * Adds the variables of sd_notify(3) and sd_watchdog_enabled(3). WATCHDOG_PID is left out: the
   * pid is not known yet, and without it the variable holds for any process that reads it.
   */
  private static void addNotifyVariables(
      ProcessInstance instance, Path directory, Map<String, String> variables) {
    Path root = directory.resolveSibling("");
    variables.put("NOTIFY_SOCKET", NotifyServer.socketIn(root).toString());
    instance
        .spec()
        .health()
        .flatMap(it -> Heartbeat.maxAge(it.check()))
        .ifPresent(it -> variables.put("WATCHDOG_USEC", Long.toString(it.toNanos() / 1_000)));
  }

  /**
   * Returns the environment of the commands that check a process. It lacks the variable that makes
   * an app run a task.
   */
  public Map<String, String> environmentForChecks(ProcessInstance instance) {
    Map<String, String> variables = new HashMap<>(inherited);
    variables.putAll(instance.service().environment());
    variables.putAll(instance.spec().execContext().environment());
    variables.put(EnvironmentNames.ID, instance.name());
    return variables;
  }

  /** Returns the command line, and the environment without what service and process set. */
  LaunchCommand baseCommand(ProcessInstance instance, Path directory, String token) {
    Command command = instance.spec().command();
    if (command instanceof Command.TaskCommand task) {
      return task.app()
          .taskLauncher()
          .launchCommand(
              new TaskLauncher.TaskLaunchRequest(
                  task.task(),
                  instance.name(),
                  directory,
                  token,
                  task.arguments(),
                  task.jvmOptions()));
    }
    return new LaunchCommand(argv(command), inherited);
  }

  /** Returns the command line of a program or a shell command. */
  static List<String> argv(Command command) {
    return command instanceof Command.Program program
        ? program.argv()
        : ShellCommand.argv(command.text());
  }
}
