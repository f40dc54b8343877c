package io.luhproc.supervisor.runtime;

import io.luhproc.LuhprocException;
import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.engine.WorkerSpec;
import io.luhproc.process.LaunchCommand;
import io.luhproc.service.Command;
import io.luhproc.worker.bootstrap.WorkerEnvironment;
import java.util.List;
import java.util.Optional;

/** What an engine is asked to start for a process of a service, and the record of it. */
final class RemoteLaunch {
  private RemoteLaunch() {}

  /** Returns whether it is unknown if an engine has accepted the start of a record, or runs it. */
  static boolean isRepeatable(ProcessRecord record, String engine) {
    return record.isUnfinishedOnEngine()
        && record.runningAt().isEmpty()
        && record.remote().map(ProcessRecord.Remote::engine).equals(Optional.of(engine));
  }

  /**
   * Returns what the engine gets.
   *
   * @throws LuhprocException if an environment file cannot be read, an app cannot be relaunched, or
   *     this process is itself a worker on an engine
   */
  static WorkerSpec spec(LocalInstance local, LaunchCommandBuilder commands, String token) {
    if (WorkerEnvironment.isOnEngine(System.getenv())) {
      throw new LuhprocException(
          ("cannot start %s on an engine: this process is itself a worker on an engine, where"
                  + " workers start no others; run the supervisor outside")
              .formatted(local));
    }
    LaunchCommand command =
        commands.baseCommand(local.instance(), local.location().directory().path(), token);
    Optional<String> task =
        local.spec().command() instanceof Command.TaskCommand it
            ? Optional.of(it.task())
            : Optional.empty();
    return new WorkerSpec(
        local.location().workerKey(),
        token,
        command.argv(),
        WorkerEnvironment.forEngine(
            LaunchCommandBuilder.ownVariables(local.instance()), task, local.name()),
        WorkerEnvironment.inheritedByEngine(command.environment(), task.stream().toList()),
        InstanceLauncher.workingDirectory(local),
        local.spec().stop().grace(),
        Optional.empty());
  }

  /** Returns the record of a start that the engine has not accepted yet. */
  static ProcessRecord record(
      LocalInstance local, WorkerSpec spec, ProcessRecord.Launch launch, String engine) {
    Optional<Command.TaskCommand> task =
        local.spec().command() instanceof Command.TaskCommand it
            ? Optional.of(it)
            : Optional.empty();
    LaunchedCommand command =
        new LaunchedCommand(
            spec.command(),
            task.map(Command.TaskCommand::jvmOptions).orElse(List.of()),
            task.map(Command.TaskCommand::arguments).orElse(List.of()),
            spec.directory(),
            InstanceLauncher.variableNames(local));
    String program =
        task.map(it -> it.app().taskLauncher().programName()).orElse(spec.command().get(0));
    return ProcessRecord.forLaunch(local.location().key(), program, launch, command)
        .withRemote(new ProcessRecord.Remote(engine, Optional.empty(), Optional.empty()));
  }
}
